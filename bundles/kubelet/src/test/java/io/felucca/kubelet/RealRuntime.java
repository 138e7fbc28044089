package io.felucca.kubelet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A private containerd for tests, made and removed by {@code src/test/sh/containerd.sh}. */
final class RealRuntime implements AutoCloseable {
    private static final Path SCRIPT = Path.of("src/test/sh/containerd.sh").toAbsolutePath();

    private final Path directory;

    private RealRuntime(Path directory) {
        this.directory = directory;
    }

    /** Whether this machine and user can run containers. */
    static boolean possible() {
        return "root".equals(System.getProperty("user.name"))
                && Files.isExecutable(Path.of("/usr/bin/containerd"))
                && Files.isExecutable(Path.of("/usr/bin/catatonit"))
                && Files.isExecutable(Path.of("/usr/bin/busybox"))
                && Files.isExecutable(Path.of("/usr/lib/cni/ptp"));
    }

    static RealRuntime start() throws IOException, InterruptedException {
        // A unix socket's path may not be long, so not below target/.
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "kubelet-it-");
        try {
            run("up", directory);
        } catch (IOException e) {
            run("down", directory);
            throw e;
        }
        return new RealRuntime(directory);
    }

    Path directory() {
        return directory;
    }

    /** Under which all pods' cgroups are; no other runtime's are there. */
    String cgroup() {
        return directory.getFileName().toString();
    }

    Path socket() {
        return directory.resolve("containerd.sock");
    }

    void restart() throws IOException, InterruptedException {
        run("restart", directory);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("down", directory);
    }

    private static void run(String what, Path directory) throws IOException, InterruptedException {
        Path log = Files.createTempFile("kubelet-it", ".log");
        Process process =
                new ProcessBuilder(
                                SCRIPT.toString(),
                                what,
                                directory.toString(),
                                Long.toString(ProcessHandle.current().pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(
                    "containerd.sh " + what + ": " + Files.readString(log, StandardCharsets.UTF_8));
        }
        Files.delete(log);
    }
}
