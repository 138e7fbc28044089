package io.felucca.kubelet.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The host's mounts, changed through mount(8) and umount(8). */
final class Mounts {
    private static final int TIMEOUT_SECONDS = 30;
    private static final Path TABLE = Path.of("/proc/self/mounts");

    private Mounts() {}

    /**
     * @param sizeBytes or 0 for the kernel's half of the memory
     */
    static void tmpfs(Path target, long sizeBytes, int mode) throws IOException {
        if (below(target).contains(target)) {
            return;
        }
        Files.createDirectories(target);
        String options = "mode=" + Integer.toOctalString(mode);
        if (sizeBytes > 0) {
            options += ",size=" + sizeBytes;
        }
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", target.toString());
    }

    /** Unmounts all that is mounted at or below a directory, the deepest first. */
    static void unmountBelow(Path directory) throws IOException {
        List<Path> mounted = below(directory);
        Collections.reverse(mounted);
        for (Path target : mounted) {
            run("umount", target.toString());
        }
    }

    /** In the order they were mounted. */
    static List<Path> below(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String line : Files.readAllLines(TABLE, StandardCharsets.UTF_8)) {
            Path target = Path.of(unescaped(line.split(" ", 3)[1]));
            if (target.startsWith(directory)) {
                found.add(target);
            }
        }
        return found;
    }

    /** The kernel writes blanks and the like as three octal digits. */
    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 3 < text.length()) {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    private static void run(String... command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command[0] + " did not end in " + TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command[0] + " was interrupted", e);
        }
    }
}
