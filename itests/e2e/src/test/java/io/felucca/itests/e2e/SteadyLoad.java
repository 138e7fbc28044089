package io.felucca.itests.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests of several kinds at a fixed rate, whether or not earlier ones have been answered: who is
 * slow does not thereby get fewer of them. Times count from the moment a request was due.
 */
final class SteadyLoad implements AutoCloseable {
    private static final int MAX_AT_ONCE = 256;

    /** One kind of request. */
    interface Probe {
        /** Asks once; throws whatever tells that the answer is not the right one. */
        void ask();
    }

    private record Kind(String name, Probe probe) {}

    /** One request that has ended. Its failure is empty when it went well. */
    record Sample(String kind, long dueNanos, long tookNanos, String failure) {
        long tookMillis() {
            return TimeUnit.NANOSECONDS.toMillis(tookNanos);
        }
    }

    private final List<Kind> kinds = new ArrayList<>();
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final ThreadPoolExecutor askers =
            new ThreadPoolExecutor(8, MAX_AT_ONCE, 10, TimeUnit.SECONDS, new SynchronousQueue<>());
    private final AtomicLong turn = new AtomicLong();

    SteadyLoad add(String name, Probe probe) {
        kinds.add(new Kind(name, probe));
        return this;
    }

    /** Begins; each kind has its turn once in {@code kinds * every}. */
    void start(Duration every) {
        long first = System.nanoTime();
        var unused =
                pace.scheduleAtFixedRate(
                        () -> due(first + turn.get() * every.toNanos()),
                        0,
                        every.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void due(long dueNanos) {
        Kind kind = kinds.get((int) (turn.getAndIncrement() % kinds.size()));
        try {
            askers.execute(() -> ask(kind, dueNanos));
        } catch (RejectedExecutionException e) {
            end(kind, dueNanos, MAX_AT_ONCE + " requests wait for an answer");
        }
    }

    private void ask(Kind kind, long dueNanos) {
        String failure = "";
        try {
            kind.probe.ask();
        } catch (RuntimeException | AssertionError e) {
            failure = e + (e.getCause() == null ? "" : " (" + e.getCause() + ")");
        }
        end(kind, dueNanos, failure);
    }

    private void end(Kind kind, long dueNanos, String failure) {
        samples.add(new Sample(kind.name, dueNanos, System.nanoTime() - dueNanos, failure));
    }

    /** How many have ended since the last {@link #take}. */
    int ended() {
        return samples.size();
    }

    /** Takes what has ended since the last call. */
    List<Sample> take() {
        List<Sample> taken = new ArrayList<>();
        for (Sample sample = samples.poll(); sample != null; sample = samples.poll()) {
            taken.add(sample);
        }
        return taken;
    }

    @Override
    public void close() {
        pace.shutdownNow();
        askers.shutdownNow();
    }
}
