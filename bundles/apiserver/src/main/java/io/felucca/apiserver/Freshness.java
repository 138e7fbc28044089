package io.felucca.apiserver;

import io.felucca.machinery.ApiException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Tells when the cache shows all that was so when somebody asked. If other processes write to the
 * store too, that takes one linearizable read of the store's revision, and waiting for the cache to
 * reach it. All who ask while such a read is under way share the next one. Thread-safe.
 */
final class Freshness {
    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);
    private static final long MOST_SECONDS = 10;

    private final StoreHolder store;
    private final WatchCache cache;

    // Guarded by this: whether a read is under way, and who waits for the one after it.
    private boolean reading;
    private CompletableFuture<Void> next;

    Freshness(StoreHolder store, WatchCache cache) {
        this.store = store;
        this.cache = cache;
    }

    /** Done at once with a store of this process's own. Fails with an ApiException. */
    CompletableFuture<Void> now() {
        if (!store.isShared()) {
            return NOW;
        }
        CompletableFuture<Void> mine;
        synchronized (this) {
            if (reading) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            reading = true;
            mine = new CompletableFuture<>();
        }
        read(mine);
        return mine;
    }

    /** Runs what needs a fresh cache, on this thread if it is. */
    <T> CompletionStage<T> then(Executor executor, Supplier<CompletionStage<T>> action) {
        CompletableFuture<Void> fresh = now();
        return fresh == NOW ? action.get() : fresh.thenComposeAsync(done -> action.get(), executor);
    }

    private void read(CompletableFuture<Void> whoWaits) {
        store.revision()
                .whenComplete(
                        (revision, failure) -> {
                            readNext();
                            if (failure != null) {
                                whoWaits.completeExceptionally(unwrapped(failure));
                            } else {
                                await(revision, whoWaits);
                            }
                        });
    }

    private void readNext() {
        CompletableFuture<Void> after;
        synchronized (this) {
            after = next;
            next = null;
            reading = after != null;
        }
        if (after != null) {
            read(after);
        }
    }

    private void await(long revision, CompletableFuture<Void> whoWaits) {
        if (cache.revision() >= revision) {
            whoWaits.complete(null);
            return;
        }
        CompletableFuture<Void> unused =
                cache.reached(revision)
                        .thenRun(() -> {})
                        .toCompletableFuture()
                        .orTimeout(MOST_SECONDS, TimeUnit.SECONDS)
                        .whenComplete(
                                (done, failure) -> {
                                    if (failure == null) {
                                        whoWaits.complete(null);
                                    } else {
                                        whoWaits.completeExceptionally(behind(failure, revision));
                                    }
                                });
    }

    private Throwable behind(Throwable failure, long revision) {
        return failure instanceof TimeoutException
                ? ApiException.unavailable(
                        "the cache is at "
                                + cache.revision()
                                + " and has not caught up with the store, which is at "
                                + revision,
                        1)
                : unwrapped(failure);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
