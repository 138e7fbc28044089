package io.felucca.apiserver;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusReason;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The store, which may be replaced at any time. Its failures come out as the API's. */
final class StoreHolder {
    private final Patience patience;
    private volatile Store store;
    private volatile long goneSinceNanos;

    /** Also while it is away. */
    private volatile boolean shared;

    StoreHolder(Patience patience) {
        this.patience = patience;
        this.goneSinceNanos = patience.now();
    }

    void set(Store other) {
        if (other == null) {
            goneSinceNanos = patience.now();
        } else {
            shared = other.isShared();
        }
        store = other;
        patience.arrived();
    }

    boolean isPresent() {
        return store != null;
    }

    /** Whether other processes write to it too. */
    boolean isShared() {
        return shared;
    }

    CompletionStage<TxnResult> txn(Txn txn) {
        Store current = store;
        if (current == null && patience.await(this::isPresent, () -> goneSinceNanos)) {
            current = store;
        }
        return current == null
                ? away()
                : current.txn(txn).exceptionallyCompose(StoreHolder::translated);
    }

    /** The newest revision, linearizable. Doesn't wait for a store that is being replaced. */
    CompletionStage<Long> revision() {
        Store current = store;
        return current == null
                ? away()
                : current.range(RangeRequest.key(Keys.ROOT))
                        .thenApply(RangeResult::revision)
                        .exceptionallyCompose(StoreHolder::translated);
    }

    /** The store as it is now, to know whether it has been replaced; null while it is away. */
    Store current() {
        return store;
    }

    /** A lease of so many seconds. Doesn't wait for a store that is being replaced. */
    CompletionStage<Long> lease(long seconds) {
        Store current = store;
        return current == null
                ? away()
                : current.grantLease(seconds).exceptionallyCompose(StoreHolder::translated);
    }

    private static <T> CompletionStage<T> away() {
        return CompletableFuture.failedFuture(
                ApiException.unavailable("the store is being replaced", 1));
    }

    private static <T> CompletionStage<T> translated(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return CompletableFuture.failedFuture(
                cause instanceof StoreException store ? translate(store) : cause);
    }

    private static ApiException translate(StoreException failure) {
        String message = failure.getMessage();
        return switch (failure.reason()) {
            case OVERLOADED ->
                    new ApiException(
                            new Status(
                                    StatusReason.TooManyRequests.code(),
                                    StatusReason.TooManyRequests,
                                    message,
                                    new Status.Details("", "", "", "", List.of(), 1)));
            case UNAVAILABLE -> ApiException.unavailable(message, 1);
            // No Retry-After: a client that tries again by itself would take its own write for
            // somebody else's.
            case OUTCOME_UNKNOWN -> ApiException.of(StatusReason.Timeout, message);
            case TOO_LARGE -> ApiException.of(StatusReason.RequestEntityTooLarge, message);
            case COMPACTED, FUTURE_REVISION, LEASE_NOT_FOUND, INVALID, CORRUPT ->
                    ApiException.of(StatusReason.InternalError, message);
        };
    }
}
