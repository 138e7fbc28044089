package io.felucca.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real etcd cluster on loopback, whose members a test may kill and start again. */
public final class EtcdMembers implements AutoCloseable {
    private final Path directory;
    private final List<String> clientUrls = new ArrayList<>();
    private final List<String> peerUrls = new ArrayList<>();
    private final Process[] processes;
    private final List<String> more;

    /**
     * Starts them.
     *
     * @param more options for each
     */
    public EtcdMembers(Path directory, int count, String... more) {
        assumeInstalled();
        this.directory = directory;
        this.processes = new Process[count];
        this.more = List.of(more);
        List<Integer> ports = freePorts(2 * count);
        String scheme = String.join(" ", more).contains("--cert-file") ? "https" : "http";
        for (int i = 0; i < count; i++) {
            clientUrls.add(scheme + "://127.0.0.1:" + ports.get(2 * i));
            peerUrls.add("http://127.0.0.1:" + ports.get(2 * i + 1));
        }
        for (int i = 0; i < count; i++) {
            start(i);
        }
    }

    /** Skips the test on a machine without etcd; './felucca test' installs it. */
    public static void assumeInstalled() {
        boolean there =
                List.of(System.getenv("PATH").split(":", -1)).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
        Assumptions.assumeTrue(there, "no etcd on the PATH: apt-get install etcd-server");
    }

    /** The URLs of all members, with commas between them. */
    public String endpoints() {
        return String.join(",", clientUrls);
    }

    /** How many members there are, dead or alive. */
    public int count() {
        return processes.length;
    }

    /** Starts a member, again if it was killed. */
    public void start(int member) {
        List<String> cluster = new ArrayList<>();
        for (int i = 0; i < processes.length; i++) {
            cluster.add("m" + i + "=" + peerUrls.get(i));
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "etcd",
                                "--name=m" + member,
                                "--data-dir=" + directory.resolve("m" + member),
                                "--listen-client-urls=" + clientUrls.get(member),
                                "--advertise-client-urls=" + clientUrls.get(member),
                                "--listen-peer-urls=" + peerUrls.get(member),
                                "--initial-advertise-peer-urls=" + peerUrls.get(member),
                                "--initial-cluster=" + String.join(",", cluster),
                                "--heartbeat-interval=50",
                                "--election-timeout=500",
                                "--max-txn-ops=2048",
                                "--max-request-bytes=8388608",
                                "--log-level=error"));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ETCD_UNSUPPORTED_ARCH", System.getProperty("os.arch"));
        Path log = directory.resolve("m" + member + ".log");
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            processes[member] = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a power cut would, for what has not been told to the kernel. */
    public void kill(int member) {
        processes[member].destroyForcibly();
        awaitEnd(processes[member]);
    }

    /** Sends it a signal, such as STOP. */
    public void signal(int member, String signal) {
        try {
            Process kill =
                    new ProcessBuilder("kill", "-" + signal, "" + processes[member].pid()).start();
            awaitEnd(kill);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroyForcibly();
        }
        for (Process process : processes) {
            awaitEnd(process);
        }
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0);
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ports;
    }
}
