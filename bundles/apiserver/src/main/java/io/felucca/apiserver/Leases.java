package io.felucca.apiserver;

import io.felucca.storage.api.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * The leases on which objects hang that live for a time only. Objects that are written one soon
 * after the other share one, as with upstream's lease manager: they live up to a minute, or a
 * twentieth of their time, longer. Thread-safe.
 */
final class Leases {
    private static final int MOST_OBJECTS = 1_000;
    private static final long LONGEST_SHARED_SECONDS = 60;
    private static final int SHARED_PART = 20;

    private final StoreHolder store;
    private final Clock clock;
    private Lease last;

    private record Lease(
            Store in, long seconds, Instant until, int objects, CompletionStage<Long> id) {
        boolean serves(Store now, long wanted, Instant when) {
            return in == now
                    && seconds == wanted
                    && when.isBefore(until)
                    && objects < MOST_OBJECTS
                    && !id.toCompletableFuture().isCompletedExceptionally();
        }

        Lease oneMore() {
            return new Lease(in, seconds, until, objects + 1, id);
        }
    }

    Leases(StoreHolder store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The id of a lease for something that is to live at least so many seconds. */
    synchronized CompletionStage<Long> of(long seconds) {
        Instant now = clock.instant();
        Store in = store.current();
        if (last == null || !last.serves(in, seconds, now)) {
            long shared = Math.min(LONGEST_SHARED_SECONDS, seconds / SHARED_PART);
            last =
                    new Lease(
                            in, seconds, now.plusSeconds(shared), 0, store.lease(seconds + shared));
        }
        last = last.oneMore();
        return last.id();
    }
}
