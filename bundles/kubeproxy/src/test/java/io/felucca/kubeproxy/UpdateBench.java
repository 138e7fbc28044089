package io.felucca.kubeproxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * How long a change of one service among 1,000 takes, against the bare update of the same element:
 * once by a nft process of its own, as an administrator does it, and once as a line for one that
 * runs already. Prints medians in milliseconds and their ratios. Needs root; works in a network
 * namespace of its own.
 */
final class UpdateBench {
    private static final int SERVICES = 1_000;
    private static final int ENDPOINTS = 10;
    private static final int WARM_UP = 200;
    private static final int ROUNDS = 300;

    private final MapInformer<Service> services = new MapInformer<>();
    private final MapInformer<EndpointSlice> slices = new MapInformer<>();
    private final Namespaces world;
    private final Nft nft;
    private final Proxy proxy;

    private interface Work {
        void run(int round) throws IOException, InterruptedException;
    }

    private UpdateBench(Namespaces world, ScheduledExecutorService timer) {
        this.world = world;
        this.nft = new Nft(world.inside("node", "nft"), timer);
        proxy =
                new Proxy(
                        services,
                        slices,
                        new FakeCluster().events(),
                        Objects.SETTINGS,
                        nft::apply,
                        new UdpFlows(world.inside("node", "conntrack")));
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (Namespaces world = new Namespaces()) {
            world.add("node");
            new UpdateBench(world, timer).run();
        } finally {
            timer.shutdownNow();
        }
    }

    private void run() throws IOException, InterruptedException {
        for (int i = 0; i < SERVICES; i++) {
            services.put(Objects.service("s" + i, address(i), "TCP").build());
            slices.put(slice(i, 0));
            proxy.changed(new Key("default", "s" + i));
        }
        long start = System.nanoTime();
        proxy.sync();
        double whole = (System.nanoTime() - start) / 1e6;

        String update =
                "%s element ip felucca endpoints { 10.99.9.9 . tcp . 80 . 0 : 10.244.0.%d . 8080 }";
        nft.apply(List.of(update.formatted("add", 1)));
        double process =
                median(
                        20,
                        round ->
                                world.in(
                                        "node",
                                        "nft",
                                        update.formatted("delete", round + 1)
                                                + "; "
                                                + update.formatted("add", round + 2)));
        nft.apply(List.of(update.formatted("delete", 21), update.formatted("add", 1)));
        Work line =
                round ->
                        nft.apply(
                                List.of(
                                        update.formatted("delete", round % 200 + 1),
                                        update.formatted("add", (round + 1) % 200 + 1)));
        median(WARM_UP, line);
        double bare = median(ROUNDS - ROUNDS % WARM_UP, line);
        Work change =
                round -> {
                    slices.put(slice(7, round + 1));
                    proxy.changed(new Key("default", "s7"));
                };
        Work sync = round -> proxy.sync();
        medianAfter(change, sync, WARM_UP);
        double ours = medianAfter(change, sync, ROUNDS);
        nft.close();

        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out));
        out.printf("all %d services x %d endpoints at once  %.1f ms%n", SERVICES, ENDPOINTS, whole);
        out.printf("bare update, a nft process              %.2f ms%n", process);
        out.printf("bare update, a line for a running nft   %.2f ms%n", bare);
        out.printf("change of one service                   %.2f ms%n", ours);
        out.printf(
                "ratios                                  %.2f and %.2f%n",
                ours / process, ours / bare);
    }

    private static double median(int rounds, Work work) throws IOException, InterruptedException {
        return medianAfter(round -> {}, work, rounds);
    }

    private static double medianAfter(Work before, Work work, int rounds)
            throws IOException, InterruptedException {
        double[] times = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            before.run(i);
            long start = System.nanoTime();
            work.run(i);
            times[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(times);
        return times[rounds / 2];
    }

    private static String address(int service) {
        return "10.96.%d.%d".formatted(service / 250 + 1, service % 250 + 1);
    }

    private static EndpointSlice slice(int service, int round) {
        String[] addresses = new String[ENDPOINTS];
        for (int i = 0; i < ENDPOINTS; i++) {
            addresses[i] = "10.244.%d.%d".formatted(service % 250, i + 1);
        }
        addresses[ENDPOINTS - 1] = "10.244.%d.%d".formatted(service % 250, 100 + round % 100);
        return Objects.slice("s" + service, "TCP", addresses);
    }
}
