package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.StoreMetrics.Operation;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Turns a tree into one transaction: the object and its claims. Done only when the cache has seen
 * it, so that whoever has the answer also reads what it wrote.
 */
final class Writer {
    static final int MOST_BYTES = 3 << 19;

    private final WatchCache cache;
    private final StoreHolder store;
    private final Leases leases;
    private final StoreMetrics metrics;

    /**
     * What came of a write.
     *
     * @param object as it is now, or of a deletion as it was, with the deletion's revision; null if
     *     something else was there first
     * @param lostClaims the claims that somebody else took first
     */
    record Outcome(CachedObject object, Set<String> lostClaims) {
        boolean succeeded() {
            return object != null;
        }
    }

    Writer(WatchCache cache, StoreHolder store, Clock clock, StoreMetrics metrics) {
        this.metrics = metrics;
        this.cache = cache;
        this.store = store;
        this.leases = new Leases(store, clock);
    }

    /** The object as it would be stored, without storing it. */
    CachedObject unstored(Target target, String name, ObjectNode served) {
        ObjectNode stored = target.stored(served);
        byte[] bytes = checked(Canonical.bytes(stored));
        return CachedObject.of(
                target.request().namespace(), name, 0, bytes, extract(target, stored, null));
    }

    /**
     * Writes the object.
     *
     * @param old what it replaces; null for a creation
     * @param claims all that it holds from now on; null for what it holds already
     */
    CompletionStage<Outcome> put(
            Target target, String name, ObjectNode served, CachedObject old, List<String> claims) {
        long seconds = target.definition().strategy().secondsToLive();
        return seconds == 0
                ? put(target, name, served, old, claims, 0)
                : leases.of(seconds)
                        .thenCompose(lease -> put(target, name, served, old, claims, lease));
    }

    private CompletionStage<Outcome> put(
            Target target,
            String name,
            ObjectNode served,
            CachedObject old,
            List<String> claims,
            long lease) {
        String key = target.key(name);
        ObjectNode stored = target.stored(served);
        byte[] bytes = checked(Canonical.bytes(stored));
        List<Txn.Compare> compares = new ArrayList<>();
        List<Txn.Write> writes = new ArrayList<>();
        compares.add(new Txn.Compare(key, old == null ? 0 : old.revision()));
        writes.add(new Txn.Put(key, bytes, lease));
        if (claims != null) {
            claim(key, claims, compares, writes);
        }
        Extract extract = extract(target, stored, old);
        Pending.Write pending = cache.pending().announce(key, bytes, extract);
        String namespace = target.request().namespace();
        Operation operation = old == null ? Operation.CREATE : Operation.UPDATE;
        return commit(operation, target, new Txn(compares, writes))
                .whenComplete((result, failure) -> cache.pending().done(pending))
                .thenCompose(
                        result ->
                                outcome(
                                        key,
                                        result,
                                        () -> pending.object(namespace, name, result.revision())));
    }

    /** Deletes the object and frees its claims. */
    CompletionStage<Outcome> delete(Target target, CachedObject old, CachedObject last) {
        String key = target.key(old.name());
        List<Txn.Compare> compares = new ArrayList<>();
        List<Txn.Write> writes = new ArrayList<>();
        compares.add(new Txn.Compare(key, old.revision()));
        writes.add(new Txn.Delete(key));
        claim(key, List.of(), compares, writes);
        return commit(Operation.DELETE, target, new Txn(compares, writes))
                .thenCompose(
                        result -> outcome(key, result, () -> last.atRevision(result.revision())));
    }

    private CompletionStage<TxnResult> commit(Operation operation, Target target, Txn txn) {
        return metrics.count(operation, target.definition().stored(), () -> store.txn(txn));
    }

    private CompletionStage<Outcome> outcome(
            String key, TxnResult result, java.util.function.Supplier<CachedObject> object) {
        Outcome outcome =
                result.succeeded()
                        ? new Outcome(object.get(), Set.of())
                        : new Outcome(null, lostClaims(key, result.current()));
        // An embedded store has told the cache already; another may be a little behind.
        return cache.revision() >= result.revision()
                ? CompletableFuture.completedFuture(outcome)
                : cache.reached(result.revision()).thenApply(reached -> outcome);
    }

    private void claim(
            String key, List<String> wanted, List<Txn.Compare> compares, List<Txn.Write> writes) {
        Set<String> held = cache.claims().heldBy(key);
        if (wanted.isEmpty() && held.isEmpty()) {
            return;
        }
        byte[] owner = key.getBytes(StandardCharsets.UTF_8);
        for (String claim : new HashSet<>(wanted)) {
            if (!held.contains(claim)) {
                compares.add(new Txn.Compare(Keys.claim(claim), 0));
                writes.add(new Txn.Put(Keys.claim(claim), owner, 0));
            }
        }
        for (String claim : Set.copyOf(held)) {
            Claims.Holder holder = cache.claims().holder(claim);
            if (!wanted.contains(claim) && holder != null && holder.owner().equals(key)) {
                compares.add(new Txn.Compare(Keys.claim(claim), holder.revision()));
                writes.add(new Txn.Delete(Keys.claim(claim)));
            }
        }
    }

    private static Set<String> lostClaims(String key, List<KeyValue> current) {
        Set<String> lost = new HashSet<>();
        for (KeyValue item : current) {
            boolean claim = item.key().startsWith(Keys.CLAIMS);
            if (claim && !new String(item.value(), StandardCharsets.UTF_8).equals(key)) {
                lost.add(item.key().substring(Keys.CLAIMS.length()));
            }
        }
        return lost;
    }

    private static Extract extract(Target target, ObjectNode stored, CachedObject old) {
        return Extract.of(stored, target.cache().fields(), old == null ? null : old.extract());
    }

    private static byte[] checked(byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            throw ApiException.of(
                    StatusReason.RequestEntityTooLarge,
                    "Request entity too large: limit is " + MOST_BYTES);
        }
        return bytes;
    }
}
