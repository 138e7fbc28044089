package io.felucca.storage.etcd;

import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Runs requests until there is an answer, a lasting failure, or no time left. What only reads is
 * sent again after any passing failure; a write only while it is certain that nothing was done, so
 * that it takes place at most once. Thread-safe.
 */
final class Calls {
    /** Beyond it, requests are refused as OVERLOADED. */
    static final int MOST_IN_FLIGHT = 8_192;

    private static final long FIRST_DELAY_MILLIS = 20;
    private static final long LONGEST_DELAY_MILLIS = 500;

    private final ScheduledThreadPoolExecutor scheduler;
    private final Connection connection;
    private final long deadlineNanos;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile StoreException closed;

    Calls(ScheduledThreadPoolExecutor scheduler, Connection connection, Duration deadline) {
        this.scheduler = scheduler;
        this.connection = connection;
        this.deadlineNanos = deadline.toNanos();
    }

    /** For requests that may be done twice without harm. */
    <T> CompletableFuture<T> read(Function<Session, CompletableFuture<T>> request) {
        return start(new Call<>(request, false));
    }

    /** For requests that must not be done twice. */
    <T> CompletableFuture<T> write(Function<Session, CompletableFuture<T>> request) {
        return start(new Call<>(request, true));
    }

    /** Later requests fail with this. */
    void close(StoreException reason) {
        closed = reason;
    }

    private <T> CompletableFuture<T> start(Call<T> call) {
        if (inFlight.incrementAndGet() > MOST_IN_FLIGHT) {
            inFlight.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new StoreException(Reason.OVERLOADED, "too many requests wait for etcd"));
        }
        StoreException over = closed;
        if (over != null) {
            inFlight.decrementAndGet();
            return CompletableFuture.failedFuture(over);
        }
        call.begin();
        return call.result;
    }

    /** One request and its attempts. */
    private final class Call<T> {
        private final Function<Session, CompletableFuture<T>> request;
        private final boolean write;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final long endNanos = System.nanoTime() + deadlineNanos;
        private long delayMillis = FIRST_DELAY_MILLIS;

        // Guarded by this: whether an attempt is under way, whether none may follow, and what the
        // last one said.
        private boolean sent;
        private boolean expired;

        private StoreException last =
                new StoreException(Reason.UNAVAILABLE, "etcd has not answered in time");

        Call(Function<Session, CompletableFuture<T>> request, boolean write) {
            this.request = request;
            this.write = write;
        }

        void begin() {
            ScheduledFuture<?> expiry =
                    scheduler.schedule(this::expire, deadlineNanos, TimeUnit.NANOSECONDS);
            CompletableFuture<T> unused =
                    result.whenComplete(
                            (answer, failure) -> {
                                inFlight.decrementAndGet();
                                expiry.cancel(false);
                            });
            attempt();
        }

        private void attempt() {
            StoreException over = closed;
            if (over != null) {
                result.completeExceptionally(over);
                return;
            }
            synchronized (this) {
                if (expired) {
                    return;
                }
                sent = true;
            }
            Session session;
            CompletableFuture<T> stage;
            try {
                session = connection.session();
                stage = request.apply(session);
            } catch (StoreException refused) {
                failed(Fault.of(refused));
                return;
            }
            CompletableFuture<T> unused =
                    stage.whenComplete(
                            (answer, failure) -> {
                                if (failure == null) {
                                    result.complete(answer);
                                    return;
                                }
                                Fault fault = Fault.of(failure);
                                if (fault.unconnected()) {
                                    connection.lost(session);
                                }
                                failed(fault);
                            });
        }

        private void failed(Fault fault) {
            if (write && !fault.nothingDone()) {
                result.completeExceptionally(unknown(fault.error()));
                return;
            }
            synchronized (this) {
                sent = false;
                last = fault.error();
            }
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
            if (!fault.passing() || closed != null || leftMillis <= delayMillis) {
                result.completeExceptionally(fault.error());
                return;
            }
            ScheduledFuture<?> unused =
                    scheduler.schedule(this::attempt, delayMillis, TimeUnit.MILLISECONDS);
            delayMillis = Math.min(LONGEST_DELAY_MILLIS, 2 * delayMillis);
        }

        private void expire() {
            StoreException why;
            synchronized (this) {
                expired = true;
                why = write && sent ? unknown(last) : last;
            }
            result.completeExceptionally(why);
        }

        private StoreException unknown(StoreException why) {
            return new StoreException(
                    Reason.OUTCOME_UNKNOWN,
                    "it is unknown whether this was written: " + why.getMessage(),
                    why);
        }
    }
}
