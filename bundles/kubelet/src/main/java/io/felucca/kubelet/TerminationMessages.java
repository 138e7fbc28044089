package io.felucca.kubelet;

import io.felucca.kubelet.cri.v1.ContainerStatus;
import io.felucca.kubelet.cri.v1.Mount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What ended containers left as their last words. Used by one worker. */
final class TerminationMessages {
    private static final int MAX_BYTES = 4096;
    private static final int MAX_LOG_BYTES = 2048;
    private static final int MAX_LOG_LINES = 80;

    private final Map<String, String> read = new HashMap<>();

    /** Empty without one. */
    String of(PodRuntime.Instance instance) {
        // An ended container says nothing new, and its file goes with the pod.
        return read.computeIfAbsent(instance.id(), id -> load(instance.status()));
    }

    void forget(PodRuntime runtime) {
        read.keySet()
                .removeIf(
                        id ->
                                runtime.containers().values().stream()
                                        .flatMap(List::stream)
                                        .noneMatch(one -> one.id().equals(id)));
    }

    private static String load(ContainerStatus status) {
        String path = status.getAnnotationsOrDefault(Labels.MESSAGE_PATH, "");
        String text = "";
        try {
            for (Mount mount : status.getMountsList()) {
                if (!path.isEmpty() && mount.getContainerPath().equals(path)) {
                    text = start(Path.of(mount.getHostPath()));
                }
            }
            String policy = status.getAnnotationsOrDefault(Labels.MESSAGE_POLICY, "");
            if (text.isEmpty()
                    && policy.equals("FallbackToLogsOnError")
                    && status.getExitCode() != 0) {
                text = logTail(Path.of(status.getLogPath()));
            }
        } catch (IOException e) {
            return "the termination message can't be read: " + e.getMessage();
        }
        return text.isEmpty() ? status.getMessage() : text;
    }

    private static String start(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
            fill(channel, buffer);
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }

    private static String logTail(Path log) throws IOException {
        if (!Files.isRegularFile(log)) {
            return "";
        }
        String raw;
        try (SeekableByteChannel channel = Files.newByteChannel(log)) {
            // Each line has a head of its own, so read more than what may remain.
            int window = MAX_LOG_BYTES * 8;
            channel.position(Math.max(0, channel.size() - window));
            ByteBuffer buffer = ByteBuffer.allocate(window);
            fill(channel, buffer);
            raw = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
        List<String> lines = Arrays.asList(raw.split("\n", -1));
        StringBuilder text = new StringBuilder();
        for (String line : lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES), lines.size())) {
            String[] parts = line.split(" ", 4);
            if (parts.length == 4) {
                text.append(parts[3]).append(parts[2].startsWith("P") ? "" : "\n");
            }
        }
        return text.length() > MAX_LOG_BYTES
                ? text.substring(text.length() - MAX_LOG_BYTES)
                : text.toString();
    }

    private static void fill(SeekableByteChannel channel, ByteBuffer buffer) throws IOException {
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
            read = channel.read(buffer);
        }
    }
}
