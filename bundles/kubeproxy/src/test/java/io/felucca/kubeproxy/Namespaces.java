package io.felucca.kubeproxy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A small world of network namespaces; all of it goes with {@link #close}. */
final class Namespaces implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final String prefix = "feltest-" + ProcessHandle.current().pid() + "-";
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private final List<String> made = new ArrayList<>();

    private record Peer(Process process, BufferedWriter in, BufferedReader out) {}

    String name(String namespace) {
        return prefix + namespace;
    }

    /** Whether this user may make them. */
    boolean possible() throws IOException, InterruptedException {
        if (Command.run(List.of("ip", "netns", "add", name("try"))).code() != 0) {
            return false;
        }
        Command.run(List.of("ip", "netns", "del", name("try")));
        return true;
    }

    void add(String namespace) throws IOException, InterruptedException {
        made.add(namespace);
        ip("netns", "add", name(namespace));
        in(namespace, "ip", "link", "set", "lo", "up");
    }

    /** A link between two of them, with an address at each end. */
    void link(String one, String address, String other, String otherAddress)
            throws IOException, InterruptedException {
        ip(
                "link",
                "add",
                "to-" + other,
                "netns",
                name(one),
                "type",
                "veth",
                "peer",
                "name",
                "to-" + one,
                "netns",
                name(other));
        in(one, "ip", "addr", "add", address, "dev", "to-" + other);
        in(other, "ip", "addr", "add", otherAddress, "dev", "to-" + one);
        in(one, "ip", "link", "set", "to-" + other, "up");
        in(other, "ip", "link", "set", "to-" + one, "up");
    }

    String in(String namespace, String... words) throws IOException, InterruptedException {
        return run(inside(namespace, words));
    }

    List<String> inside(String namespace, String... words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(namespace)));
        all.addAll(List.of(words));
        return all;
    }

    private void ip(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("ip"));
        all.addAll(List.of(words));
        run(all);
    }

    private static String run(List<String> words) throws IOException, InterruptedException {
        Command.Outcome outcome = Command.run(words);
        if (outcome.code() != 0) {
            throw new IOException(words + ": " + outcome.text());
        }
        return outcome.text();
    }

    /** Starts a {@link NetPeer} there. */
    void peer(String namespace, String address) throws IOException {
        String java = System.getProperty("java.home") + "/bin/java";
        Process process =
                new ProcessBuilder(
                                inside(
                                        namespace,
                                        java,
                                        "-Xshare:auto",
                                        "-XX:TieredStopAtLevel=1",
                                        "-Djava.net.preferIPv4Stack=true",
                                        "-cp",
                                        "target/test-classes",
                                        NetPeer.class.getName(),
                                        namespace,
                                        address))
                        .redirectErrorStream(true)
                        .start();
        Peer peer =
                new Peer(
                        process,
                        process.outputWriter(StandardCharsets.US_ASCII),
                        process.inputReader(StandardCharsets.US_ASCII));
        peers.put(namespace, peer);
    }

    void awaitPeers() throws IOException {
        for (Peer peer : peers.values()) {
            String line = peer.out().readLine();
            if (!"ready".equals(line)) {
                throw new IOException("a peer did not start: " + line);
            }
        }
    }

    /** A link that has just been made loses packets until the kernel has started its queue. */
    void awaitLinks() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (String namespace : made) {
            while (in(namespace, "ip", "-br", "link").lines().anyMatch(Namespaces::down)) {
                if (System.nanoTime() > end) {
                    throw new IOException("links of " + namespace + " did not come up");
                }
            }
        }
    }

    private static boolean down(String link) {
        return link.startsWith("to-") && !link.contains(" UP ");
    }

    /** What a peer hears when it asks: {@code NAME saw ADDRESS}, {@code refused} or silence. */
    String ask(String from, String question) throws IOException {
        Peer peer = peers.get(from);
        peer.in().write(question + "\n");
        peer.in().flush();
        return peer.out().readLine();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Peer peer : peers.values()) {
            peer.process().destroyForcibly().waitFor();
        }
        for (String namespace : made) {
            Command.run(List.of("ip", "netns", "del", name(namespace)));
        }
    }
}
