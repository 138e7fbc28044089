package io.felucca.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.FlowControl.Asked;
import io.felucca.apiserver.api.FlowControl.State;
import io.felucca.apiserver.api.FlowControl.Ticket;
import io.felucca.apiserver.api.FlowControl.Waiting;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.metrics.MetricSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LevelTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Stats stats = new Stats(new MetricSet(), "s", "l");
    private final List<Ticket> served = new ArrayList<>();
    private final List<Ticket> refused = new ArrayList<>();

    private final Waiting waiting =
            new Waiting() {
                @Override
                public void served(Ticket ticket) {
                    served.add(ticket);
                }

                @Override
                public void refused(Ticket ticket) {
                    refused.add(ticket);
                }
            };

    private static LevelConfig config(int queues, int length) {
        return new LevelConfig("l", "uid-l", false, 1, queues, Math.min(queues, 2), length);
    }

    private Level level(int seats, int queues, int length) {
        return new Level(config(queues, length), seats, nanos::get);
    }

    private static final Schema SCHEMA =
            new Schema("s", "uid-s", 1, "l", Schema.Distinguisher.BY_USER, List.of());

    private static Asked asked(String user, int width) {
        return new Asked(UserInfo.of(user), "get", "", "pods", "", "n", "/", width);
    }

    private Ticket enter(Level level, int width) {
        return level.enter(SCHEMA, stats, asked("jane", width), waiting);
    }

    @Test
    void whoFindsASeatIsServedAtOnceAndWhoDoesNotWaits() {
        Level level = level(2, 4, 10);
        Ticket first = enter(level, 1);
        assertEquals(State.SERVED, first.state());
        assertEquals("uid-s", first.flowSchemaUid());
        assertEquals("uid-l", first.priorityLevelUid());
        enter(level, 1);
        Ticket third = enter(level, 1);
        assertEquals(State.WAITING, third.state());
        assertEquals(List.of(), served);
        first.done();
        first.done();
        assertEquals(List.of(third), served);
        assertEquals(2, level.inUse());
        assertEquals(0, level.waiting());
    }

    @Test
    void withoutQueuesNobodyWaits() {
        Level level = level(1, 0, 0);
        enter(level, 1);
        assertEquals(State.REFUSED, enter(level, 1).state());
        assertEquals(1, stats.rejected("concurrency-limit"));
    }

    @Test
    void aFullQueueRefuses() {
        Level level = level(1, 1, 2);
        enter(level, 1);
        enter(level, 1);
        enter(level, 1);
        assertEquals(State.REFUSED, enter(level, 1).state());
        assertEquals(1, stats.rejected("queue-full"));
        assertEquals(2, stats.waiting.value());
    }

    @Test
    void aWideRequestTakesAsManySeatsAndIsServedEvenIfThereAreFewer() {
        Level level = level(4, 4, 10);
        Ticket wide = enter(level, 10);
        assertEquals(State.SERVED, wide.state());
        assertEquals(State.WAITING, enter(level, 1).state());
        wide.done();
        assertEquals(1, served.size());
        assertEquals(1, level.inUse());
    }

    @Test
    void whoWaitsTooLongIsRefused() {
        Level level = level(1, 4, 10);
        enter(level, 1);
        Ticket old = enter(level, 1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        Ticket young = enter(level, 1);
        level.refuseWaitingSince(TimeUnit.SECONDS.toNanos(5));
        assertEquals(List.of(old), refused);
        assertEquals(1, level.waiting());
        young.done();
        assertEquals(0, level.waiting());
        assertEquals(0, stats.waiting.value());
        assertEquals(1, stats.rejected("time-out"));
        assertEquals(1, stats.rejected("cancelled"));
    }

    @Test
    void whoWaitsGoesOnWaitingWhenTheLevelChanges() {
        Level level = level(1, 4, 10);
        enter(level, 1);
        Ticket second = enter(level, 1);
        Ticket third = enter(level, 1);
        level.configure(config(2, 10), 2);
        assertEquals(List.of(second), served);
        level.configure(config(0, 0), 2);
        assertEquals(List.of(third), refused);
        assertEquals(0, level.waiting());
    }

    /** Many threads come and go at random; nobody is lost, and no more are served than may be. */
    @Test
    void allAreServedOnceAndNeverTooManyAtOnce() throws Exception {
        long seed = System.nanoTime();
        int seats = 5;
        int threads = 8;
        int each = 2000;
        Level level = new Level(config(8, 10_000), seats, System::nanoTime);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(threads * each);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        ExecutorService workers = Executors.newFixedThreadPool(4);
        Waiting handOver =
                new Waiting() {
                    @Override
                    public void served(Ticket ticket) {
                        workers.execute(() -> work(ticket));
                    }

                    @Override
                    public void refused(Ticket ticket) {
                        throw new AssertionError("nobody is refused");
                    }

                    private void work(Ticket ticket) {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        now.decrementAndGet();
                        ticket.done();
                        all.countDown();
                    }
                };
        for (int i = 0; i < threads; i++) {
            Random random = new Random(seed + i);
            pool.execute(
                    () -> {
                        for (int k = 0; k < each; k++) {
                            Asked asked = asked("user-" + random.nextInt(5), 1);
                            Ticket ticket = level.enter(SCHEMA, stats, asked, handOver);
                            if (ticket.state() == State.SERVED) {
                                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                Thread.onSpinWait();
                                now.decrementAndGet();
                                ticket.done();
                                all.countDown();
                            }
                        }
                    });
        }
        assertTrue(
                all.await(60, TimeUnit.SECONDS),
                () -> all.getCount() + " were never served, seed " + seed);
        pool.shutdown();
        workers.shutdown();
        assertTrue(workers.awaitTermination(10, TimeUnit.SECONDS));
        assertTrue(most.get() <= seats, () -> most.get() + " at once, seed " + seed);
        assertEquals(0, level.inUse(), "seed " + seed);
        assertEquals(0, level.waiting(), "seed " + seed);
        assertEquals((long) threads * each, stats.dispatched.count());
    }
}
