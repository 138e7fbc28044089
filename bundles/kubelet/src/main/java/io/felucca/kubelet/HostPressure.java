package io.felucca.kubelet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this host runs out of something that pods need. Thread-safe. */
final class HostPressure {
    private static final long LEAST_MEMORY_BYTES = 100L << 20;
    private static final double LEAST_DISK_SHARE = 0.10;
    private static final double LEAST_PID_SHARE = 0.01;

    /** More than any number or line of numbers that is read here. */
    private static final int MAX_LINE = 256;

    private final Path proc;
    private final Path data;

    /**
     * @param proc the kernel's view of the host, usually {@code /proc}
     * @param data a folder on the file system that pods use
     */
    HostPressure(Path proc, Path data) {
        this.proc = proc;
        this.data = data;
    }

    boolean memory() throws IOException {
        for (String line : Files.readAllLines(proc.resolve("meminfo"), StandardCharsets.US_ASCII)) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024 < LEAST_MEMORY_BYTES;
            }
        }
        return false;
    }

    boolean disk() throws IOException {
        FileStore store = Files.getFileStore(data);
        return store.getUsableSpace() < store.getTotalSpace() * LEAST_DISK_SHARE;
    }

    /** Process ids are what threads use up too; the smaller of the kernel's two limits counts. */
    boolean pids() throws IOException {
        Path kernel = proc.resolve("sys").resolve("kernel");
        long most =
                Math.min(
                        Long.parseLong(line(kernel.resolve("pid_max"))),
                        Long.parseLong(line(kernel.resolve("threads-max"))));
        // The fourth field is running/all.
        String all = line(proc.resolve("loadavg")).split(" ", 5)[3].split("/", 2)[1];
        return most - Long.parseLong(all) < most * LEAST_PID_SHARE;
    }

    /** In one read: for a second one the kernel gives nothing more of a number, whole or not. */
    private static String line(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = new byte[MAX_LINE];
            int length = Math.max(0, in.read(bytes));
            return new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
        }
    }
}
