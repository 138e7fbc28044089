package io.felucca.apiserver;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Deletes the objects of a list, a bounded number at a time; the first failure stops it. */
final class CollectionDelete {
    private static final int AT_ONCE = 16;

    private final Core core;
    private final DeleteOperation deletes;

    CollectionDelete(Core core, DeleteOperation deletes) {
        this.core = core;
        this.deletes = deletes;
    }

    CompletionStage<ObjectList> run(Target target, ObjectList list, DeleteOptions options) {
        Iterator<StoredObject> left = list.items().iterator();
        CompletableFuture<?>[] lanes = new CompletableFuture<?>[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            lanes[i] = lane(target, left, options);
        }
        return CompletableFuture.allOf(lanes).thenApply(done -> list);
    }

    private CompletableFuture<Void> lane(
            Target target, Iterator<StoredObject> left, DeleteOptions options) {
        StoredObject next;
        synchronized (left) {
            if (!left.hasNext()) {
                return CompletableFuture.completedFuture(null);
            }
            next = left.next();
        }
        // Each step on the executor: not on the store's thread, and no recursion that grows.
        return CompletableFuture.supplyAsync(() -> delete(target, next, options), core.executor())
                .thenCompose(stage -> stage)
                .thenComposeAsync(done -> lane(target, left, options), core.executor());
    }

    private CompletionStage<Void> delete(
            Target target, StoredObject object, DeleteOptions options) {
        ApiRequest all = target.request();
        ApiRequest one =
                new ApiRequest(
                        all.user(),
                        "delete",
                        all.resource(),
                        "",
                        object.namespace(),
                        object.name(),
                        all.options(),
                        all.warnings(),
                        all.decided(),
                        all.annotations());
        DeleteOptions exactly =
                new DeleteOptions(
                        options.gracePeriodSeconds(), object.uid(), null, options.propagation());
        CompletionStage<Void> stage;
        try {
            Target single = new Target(one, target.definition(), target.cache());
            stage = deletes.run(single, exactly).thenApply(result -> null);
        } catch (ApiException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        return stage.exceptionally(CollectionDelete::unlessGone);
    }

    private static Void unlessGone(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        // It, or an older one of its name, went meanwhile: that is what was wanted.
        if (cause instanceof ApiException api
                && (api.reason() == StatusReason.NotFound
                        || api.reason() == StatusReason.Conflict)) {
            return null;
        }
        throw new CompletionException(cause);
    }
}
