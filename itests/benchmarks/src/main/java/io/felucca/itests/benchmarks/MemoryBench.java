package io.felucca.itests.benchmarks;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The memory of the server's process before, with and without many pods; the bytes of the pods are
 * the limit. What stands after a while is what counts: a collector may take its time to give back,
 * but it has to.
 */
final class MemoryBench {
    private static final int IN_FLIGHT = 64;
    private static final long MEGABYTE = 1_000_000;
    private static final long EMPTY_TARGET = 300 * MEGABYTE;
    private static final long FULL_TARGET = 400 * MEGABYTE;

    /** For the process to give back what it has no more use for. */
    private static final int SETTLE_SECONDS = 40;

    private final Results results = new Results();
    private final ServerProcess process;
    private final Endpoint felucca;
    private final Workspace workspace;
    private final int pods;

    private MemoryBench(Path kubeconfig, long pid, int pods) throws IOException {
        Kubeconfig config = Kubeconfig.read(kubeconfig);
        this.pods = pods;
        process = new ServerProcess(pid);
        felucca =
                new Endpoint(
                        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()),
                        Tls.client(config),
                        config.server(),
                        process);
        workspace = new Workspace(felucca);
    }

    /**
     * Arguments: the kubeconfig, the server's pid, the folder for the results, and how many pods
     * (10,000 if not said).
     */
    public static void main(String[] arguments) throws Exception {
        int pods = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 10_000;
        MemoryBench bench =
                new MemoryBench(Path.of(arguments[0]), Long.parseLong(arguments[1]), pods);
        bench.run();
        bench.results.write(Path.of(arguments[2]).resolve("memory.json"));
        System.exit(0);
    }

    private void run() throws IOException {
        results.memory("empty", process.residentBytes(), EMPTY_TARGET, 0);
        workspace.make();
        process.forgetPeak();
        ClosedLoop.Period creates =
                new ClosedLoop(
                                felucca,
                                IN_FLIGHT,
                                "POST",
                                n -> workspace.pods(),
                                workspace::podBody)
                        .run(pods);
        Results.print(
                "%d creates in %.1f s, %d failed, processor time %.0f us each%n",
                creates.count(), creates.seconds(), creates.failed(), creates.cpuMicros());
        long bytes = workspace.fetch(workspace.pods()).length;
        results.memory("peak", process.peakBytes(), 0, bytes);
        settle();
        results.memory("full", process.residentBytes(), FULL_TARGET, bytes);
        workspace.send("DELETE", workspace.pods() + "?gracePeriodSeconds=0", null);
        workspace.delete();
        settle();
        results.memory("deleted", process.residentBytes(), FULL_TARGET, 0);
    }

    private static void settle() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
