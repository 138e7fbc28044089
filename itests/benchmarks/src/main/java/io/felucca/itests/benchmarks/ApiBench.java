package io.felucca.itests.benchmarks;

import io.felucca.itests.benchmarks.ClosedLoop.Period;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * GET, LIST, create and watch, each against its limit. Client, server and limit are processes of
 * their own on the same processors; server and limit take turns, so that a busy machine slows both.
 * Each run has a namespace of its own, and deletes it.
 */
final class ApiBench {
    private static final Set<String> PARTS = Set.of("create", "get", "list", "fanout");
    private static final int PODS = 10_000;

    /** Few enough that what is measured is the write and not the memory for what was written. */
    private static final int PODS_AT_ONCE = 5_000;

    /**
     * Until the JVM's compilers have nothing left to do that shows, which comes with the number of
     * calls and not with time. Measured: 1.8 ms of processor time for each of the first thousands,
     * 0.85 ms after 20,000, 0.4 ms after 60,000.
     */
    private static final int CREATE_WARM_UP = 80_000;

    private static final double CREATE_SECONDS = 4;
    private static final int IN_FLIGHT = 64;
    private static final int LISTS_IN_FLIGHT = 2;
    private static final int ROUNDS = 3;

    private final Path folder;
    private final Set<String> parts;
    private final Results results = new Results();
    private final Endpoint felucca;
    private final Workspace workspace;

    private ApiBench(Path kubeconfig, long pid, Path folder, Set<String> parts) throws IOException {
        this.folder = folder;
        this.parts = parts;
        Kubeconfig config = Kubeconfig.read(kubeconfig);
        felucca =
                new Endpoint(
                        new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()),
                        Tls.client(config),
                        config.server(),
                        new ServerProcess(pid));
        workspace = new Workspace(felucca);
    }

    /**
     * Arguments: the kubeconfig, the server's pid (0 if it is elsewhere), and the folder for the
     * results and for what the limits write, which should be on the store's disk; then the parts to
     * measure, of create, get, list and fanout, or none for all.
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[2]);
        Files.createDirectories(folder);
        Set<String> parts =
                arguments.length > 3
                        ? Set.of(Arrays.copyOfRange(arguments, 3, arguments.length))
                        : PARTS;
        if (!PARTS.containsAll(parts)) {
            throw new IllegalArgumentException("of " + parts + " only these are known: " + PARTS);
        }
        new ApiBench(Path.of(arguments[0]), Long.parseLong(arguments[1]), folder, parts).run();
        System.exit(0);
    }

    private void run() throws Exception {
        workspace.make();
        try {
            if (parts.contains("create")) {
                creates();
            }
            if (parts.size() > 1 || !parts.contains("create")) {
                reads();
            }
            results.write(folder.resolve("api.json"));
        } finally {
            workspace.delete();
        }
    }

    private void reads() throws Exception {
        fill();
        Path keyStore = folder.resolve("limit.p12");
        Tls.makeKeyStore(keyStore);
        Path get = folder.resolve("get.json");
        Path list = folder.resolve("list.json");
        Files.write(get, workspace.fetch(workspace.pod(0)));
        Files.write(list, workspace.fetch(workspace.pods()));
        Process process = startRaw(keyStore, get, list);
        try {
            Endpoint raw =
                    new Endpoint(
                            felucca.group(),
                            Tls.client(keyStore),
                            URI.create("https://127.0.0.1:" + port(process)),
                            new ServerProcess(process.pid()));
            if (parts.contains("get")) {
                gets(raw);
            }
            if (parts.contains("list")) {
                lists(raw, Files.size(list));
            }
            if (parts.contains("fanout")) {
                fanOut(raw);
            }
        } finally {
            process.destroy();
        }
    }

    private void creates() throws Exception {
        ClosedLoop loop =
                new ClosedLoop(
                        felucca, IN_FLIGHT, "POST", n -> workspace.pods(), workspace::podBody);
        for (int created = 0; created < CREATE_WARM_UP; created += PODS_AT_ONCE) {
            require(loop.run(PODS_AT_ONCE), "create");
            workspace.send("DELETE", workspace.pods(), null);
        }
        workspace.send("POST", workspace.pods(), workspace.podBody(0));
        byte[] stored = workspace.fetch(workspace.pod(0));
        Path rocks = folder.resolve("rocks");
        SyncedWrites.perSecond(rocks, IN_FLIGHT, stored, 1);
        double limit = 0;
        Period total = Period.NONE;
        for (int i = 0; i < ROUNDS; i++) {
            limit += SyncedWrites.perSecond(rocks, IN_FLIGHT, stored, 3) / ROUNDS;
            total = total.and(createFor(loop, CREATE_SECONDS));
        }
        results.rate(
                "create", "pods/s", total.perSecond(), limit, total.cpuMicros(), Double.NaN, 0.4);
    }

    /** Creates for so long, without the time in which it deletes again what it created. */
    private Period createFor(ClosedLoop loop, double seconds) {
        Period total = Period.NONE;
        while (total.seconds() < seconds) {
            total = total.and(require(loop.run(seconds - total.seconds(), PODS_AT_ONCE), "create"));
            workspace.send("DELETE", workspace.pods(), null);
        }
        return total;
    }

    /** What the reads are about. */
    private void fill() {
        require(
                new ClosedLoop(
                                felucca,
                                IN_FLIGHT,
                                "POST",
                                n -> workspace.pods(),
                                workspace::podBody)
                        .run(PODS),
                "create");
    }

    private void gets(Endpoint raw) {
        compare(
                "get",
                "requests/s",
                1,
                0.5,
                new ClosedLoop(felucca, IN_FLIGHT, "GET", n -> workspace.pod(n % PODS), n -> null),
                new ClosedLoop(raw, IN_FLIGHT, "GET", n -> "/get", n -> null));
    }

    private void lists(Endpoint raw, long bytes) {
        compare(
                "list",
                "MB/s",
                bytes / 1e6,
                0.6,
                new ClosedLoop(felucca, LISTS_IN_FLIGHT, "GET", n -> workspace.pods(), n -> null),
                new ClosedLoop(raw, LISTS_IN_FLIGHT, "GET", n -> "/list", n -> null));
    }

    private void compare(
            String name,
            String unit,
            double unitsEach,
            double target,
            ClosedLoop measured,
            ClosedLoop limit) {
        require(measured.run(6.0), name);
        require(limit.run(6.0), name);
        Period ours = Period.NONE;
        Period theirs = Period.NONE;
        for (int i = 0; i < ROUNDS; i++) {
            ours = ours.and(require(measured.run(4.0), name));
            theirs = theirs.and(require(limit.run(4.0), name));
        }
        results.rate(
                name,
                unit,
                ours.perSecond() * unitsEach,
                theirs.perSecond() * unitsEach,
                ours.cpuMicros(),
                theirs.cpuMicros(),
                target);
    }

    private void fanOut(Endpoint raw) throws InterruptedException {
        String maps = workspace.path() + "/configmaps";
        workspace.send("POST", maps, configMap(0));
        String watch = maps + "?watch=true&fieldSelector=metadata.name%3Dticker";
        Latencies measured =
                new FanOut(felucca, watch, "PUT", maps + "/ticker", this::configMap).run(5, 10);
        Latencies limit = new FanOut(raw, "/watch", "POST", "/push", this::line).run(5, 10);
        results.latency("fanout", measured, limit, 50);
    }

    private byte[] configMap(long sent) {
        return Workspace.json(
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'ticker'},'data':{'sent':'"
                        + sent
                        + "','filling':'"
                        + "x".repeat(700)
                        + "'}}");
    }

    private byte[] line(long sent) {
        return (new String(configMap(sent), StandardCharsets.UTF_8) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Period require(Period period, String name) {
        if (period.failed() > 0 || period.count() == 0) {
            throw new IllegalStateException(
                    period.failed() + " of " + period.count() + " failed: " + name);
        }
        return period;
    }

    private static Process startRaw(Path keyStore, Path get, Path list) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RawServer.class.getName(),
                        keyStore.toString(),
                        get.toString(),
                        list.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int port(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return Integer.parseInt(lines.readLine());
    }
}
