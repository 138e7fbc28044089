package io.felucca.storage.encryption;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A store before another, which encrypts what it writes there and decrypts what it reads. The rules
 * may change at any time. A value that can't be read fails what asked for it, as CORRUPT: it must
 * not look as if it were not there. An encrypted value is some 60 bytes longer, so of the largest
 * transactions that a store takes, this one takes a little less. Thread-safe.
 */
final class EncryptingStore implements Store {
    private final Store inner;
    private volatile Rules rules;

    EncryptingStore(Store inner, Rules rules) {
        this.inner = inner;
        this.rules = rules;
    }

    void use(Rules now) {
        rules = now;
    }

    @Override
    public CompletionStage<TxnResult> txn(Txn txn) {
        try {
            // Before anything is encrypted, and of values as they came.
            txn.check();
        } catch (StoreException e) {
            return CompletableFuture.failedFuture(e);
        }
        return inner.txn(new Txn(txn.compares(), sealed(txn.writes())))
                .thenApply(
                        result ->
                                result.current().isEmpty()
                                        ? result
                                        : new TxnResult(
                                                result.succeeded(),
                                                result.revision(),
                                                opened(result.current())));
    }

    private List<Txn.Write> sealed(List<Txn.Write> writes) {
        Rules now = rules;
        List<Txn.Write> sealed = new ArrayList<>(writes.size());
        for (Txn.Write write : writes) {
            sealed.add(
                    write instanceof Txn.Put put
                            ? new Txn.Put(put.key(), now.seal(put.key(), put.value()), put.lease())
                            : write);
        }
        return sealed;
    }

    @Override
    public boolean isShared() {
        return inner.isShared();
    }

    @Override
    public CompletionStage<RangeResult> range(RangeRequest request) {
        return inner.range(request)
                .thenApply(
                        result ->
                                new RangeResult(
                                        opened(result.items()),
                                        result.revision(),
                                        result.more(),
                                        result.count()));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        return inner.watch(prefix, fromRevision, new OpeningWatcher(watcher));
    }

    private final class OpeningWatcher implements Watcher {
        private final Watcher outer;

        private OpeningWatcher(Watcher outer) {
            this.outer = outer;
        }

        @Override
        public void onChanges(List<Change> changes) {
            List<Change> opened = new ArrayList<>(changes.size());
            for (Change change : changes) {
                opened.add(
                        new Change(
                                change.revision(),
                                change.key(),
                                change.current().map(EncryptingStore.this::opened),
                                previous(change)));
            }
            outer.onChanges(opened);
        }

        @Override
        public void onProgress(long revision) {
            outer.onProgress(revision);
        }

        @Override
        public void onEnd(StoreException reason) {
            outer.onEnd(reason);
        }
    }

    private Optional<KeyValue> previous(Change change) {
        return change.previous().map(this::opened);
    }

    private List<KeyValue> opened(List<KeyValue> items) {
        List<KeyValue> opened = new ArrayList<>(items.size());
        for (KeyValue item : items) {
            opened.add(opened(item));
        }
        return opened;
    }

    private KeyValue opened(KeyValue item) {
        try {
            byte[] plain = rules.open(item.key(), item.value());
            return plain == item.value()
                    ? item
                    : new KeyValue(
                            item.key(),
                            plain,
                            item.createRevision(),
                            item.modRevision(),
                            item.version(),
                            item.lease());
        } catch (Provider.SealBroken e) {
            throw new StoreException(StoreException.Reason.CORRUPT, e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<Void> compact(long revision) {
        return inner.compact(revision);
    }

    @Override
    public CompletionStage<Long> grantLease(long ttlSeconds) {
        return inner.grantLease(ttlSeconds);
    }

    @Override
    public CompletionStage<Long> keepAlive(long leaseId) {
        return inner.keepAlive(leaseId);
    }

    @Override
    public CompletionStage<Void> revokeLease(long leaseId) {
        return inner.revokeLease(leaseId);
    }
}
