package io.felucca.apiserver.flowcontrol;

import io.felucca.apiserver.api.FlowControl.Asked;
import io.felucca.apiserver.api.FlowControl.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A priority level: its seats, who has them, and who waits. Its seats are its own: none are lent to
 * other levels. While nobody waits a request costs one atomic addition and no lock. Thread-safe.
 */
final class Level {
    /** Until it is known what a request took; as long as one may take, so that none runs ahead. */
    private static final double EXPECTED_SECONDS = 60;

    private static final double NANOS_PER_SECOND = 1e9;

    private final LongSupplier nanoTime;
    private final AtomicInteger inUse = new AtomicInteger();

    /** As many as the queues hold; readable without the lock. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final Object lock = new Object();
    private volatile LevelConfig config;
    private volatile int seats;

    /** Guarded by the lock; the places in it are, too. */
    private FairQueues queues;

    Level(LevelConfig config, int seats, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.config = config;
        this.seats = seats;
        this.queues = queues(config);
    }

    private static FairQueues queues(LevelConfig config) {
        return new FairQueues(
                Math.max(1, config.queues()),
                Math.max(1, config.handSize()),
                config.queueLengthLimit());
    }

    String uid() {
        return config.uid();
    }

    LevelConfig config() {
        return config;
    }

    int seats() {
        return seats;
    }

    int inUse() {
        return inUse.get();
    }

    int waiting() {
        return waiting.get();
    }

    /** Who waits goes on waiting, in the new queues as far as there is room. */
    void configure(LevelConfig now, int nowSeats) {
        List<FairQueues.Seat> homeless = new ArrayList<>();
        synchronized (lock) {
            LevelConfig before = config;
            config = now;
            seats = nowSeats;
            boolean isOther =
                    before.queues() != now.queues()
                            || before.handSize() != now.handSize()
                            || before.queueLengthLimit() != now.queueLengthLimit();
            if (isOther) {
                List<FairQueues.Seat> all = queues.leave(seat -> true);
                queues = queues(now);
                for (FairQueues.Seat seat : all) {
                    if (now.queues() == 0 || !joins((Place) seat)) {
                        homeless.add(seat);
                    }
                }
                waiting.set(queues.waiting());
            }
        }
        homeless.forEach(seat -> ((Place) seat).refuse("queue-full", nanoTime.getAsLong()));
        dispatch();
    }

    Place enter(Schema schema, Stats stats, Asked asked, Waiting caller) {
        Place place = new Place(this, schema, stats, asked, caller, nanoTime.getAsLong());
        LevelConfig now = config;
        if (now.isExempt()) {
            inUse.addAndGet(asked.width());
            return place.serveAtOnce();
        }
        if (waiting.get() == 0 && takes(asked.width())) {
            return place.serveAtOnce();
        }
        if (now.queues() == 0) {
            return place.refuseAtOnce("concurrency-limit");
        }
        boolean joined;
        synchronized (lock) {
            joined = joins(place);
            waiting.set(queues.waiting());
        }
        if (!joined) {
            return place.refuseAtOnce("queue-full");
        }
        // A seat may have become free between the look for one and the queue.
        dispatch();
        return place;
    }

    private boolean joins(Place place) {
        FairQueues.Queue queue = queues.join(place);
        if (queue == null) {
            return false;
        }
        if (place.queue == null) {
            place.waits();
        }
        place.queues = queues;
        place.queue = queue;
        return true;
    }

    /** What is wider than all seats together gets them when nobody else has any. */
    private boolean takes(int width) {
        int used = inUse.get();
        while (used == 0 || used + width <= seats) {
            if (inUse.compareAndSet(used, used + width)) {
                return true;
            }
            used = inUse.get();
        }
        return false;
    }

    private void dispatch() {
        List<Place> served = new ArrayList<>();
        synchronized (lock) {
            FairQueues.Seat next = queues.peek();
            while (next != null && takes(next.width())) {
                FairQueues.Queue unused = queues.serve(EXPECTED_SECONDS);
                if (((Place) next).serve(nanoTime.getAsLong())) {
                    served.add((Place) next);
                } else {
                    inUse.addAndGet(-next.width());
                }
                next = queues.peek();
            }
            waiting.set(queues.waiting());
        }
        served.forEach(Place::tellServed);
    }

    /** Gives for how many nanoseconds it was served. */
    long release(Place place) {
        long took = nanoTime.getAsLong() - place.servedNanos();
        if (place.queue != null) {
            synchronized (lock) {
                place.queues.finished(
                        place.queue, place, took / NANOS_PER_SECOND - EXPECTED_SECONDS);
            }
        }
        inUse.addAndGet(-place.width());
        if (waiting.get() > 0) {
            dispatch();
        }
        return took;
    }

    /** Its client has gone. */
    void leave(Place place) {
        boolean left;
        synchronized (lock) {
            left = place.giveUp();
            if (left) {
                boolean unused = place.queues.leave(place.queue, place);
                waiting.set(queues.waiting());
            }
        }
        if (left) {
            place.left();
        } else {
            // It was served in this moment.
            place.done();
        }
    }

    /** Refuses who has waited since before this time. */
    void refuseWaitingSince(long nanos) {
        if (waiting.get() == 0) {
            return;
        }
        List<FairQueues.Seat> late;
        synchronized (lock) {
            late = queues.leave(seat -> ((Place) seat).waitsSince(nanos));
            waiting.set(queues.waiting());
        }
        late.forEach(seat -> ((Place) seat).refuse("time-out", nanoTime.getAsLong()));
    }
}
