package io.felucca.apiserver;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusReason;
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

    StoreHolder(Patience patience) {
        this.patience = patience;
        this.goneSinceNanos = patience.now();
    }

    void set(Store other) {
        if (other == null) {
            goneSinceNanos = patience.now();
        }
        store = other;
        patience.arrived();
    }

    boolean isPresent() {
        return store != null;
    }

    CompletionStage<TxnResult> txn(Txn txn) {
        Store current = store;
        if (current == null && patience.await(this::isPresent, () -> goneSinceNanos)) {
            current = store;
        }
        if (current == null) {
            return CompletableFuture.failedFuture(
                    ApiException.unavailable("the store is being replaced", 1));
        }
        return current.txn(txn).exceptionallyCompose(StoreHolder::translated);
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
            case COMPACTED, FUTURE_REVISION, LEASE_NOT_FOUND, INVALID, CORRUPT ->
                    ApiException.of(StatusReason.InternalError, message);
        };
    }
}
