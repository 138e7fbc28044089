package io.felucca.storage.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The store's words in etcd's and back. Revisions differ by an offset, which is 0 unless data of
 * another store was brought here: etcd's own counter can't be set, and revisions must never repeat.
 * The offset lies in etcd under a key that no range of the store's reaches.
 *
 * @param client connected when this was made
 * @param offset the store's revision less etcd's
 * @param start the revision, etcd's, when this was made: nothing sent with it comes before
 */
record Session(Client client, long offset, long start) {
    /** Begins with a byte that is not ASCII: behind all keys there can be. */
    static final ByteSequence OWN_KEYS = bytes("\u00fffelucca/");

    static final ByteSequence OFFSET_KEY = bytes("\u00fffelucca/revision-offset");

    /** There while data is being loaded. */
    static final ByteSequence LOADING_KEY = bytes("\u00fffelucca/loading");

    static final ByteSequence FIRST_KEY = ByteSequence.from(new byte[1]);

    static ByteSequence bytes(String key) {
        return ByteSequence.from(key.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The session as the answer to a read of {@link #OWN_KEYS} says. */
    static Session of(Client client, GetResponse stored, boolean loading) {
        long offset = 0;
        for (io.etcd.jetcd.KeyValue item : stored.getKvs()) {
            if (item.getKey().equals(OFFSET_KEY)) {
                offset = ByteBuffer.wrap(item.getValue().getBytes()).getLong();
            } else if (item.getKey().equals(LOADING_KEY) && !loading) {
                throw new StoreException(
                        Reason.UNAVAILABLE,
                        "a restore or migration into it has not come to its end; repeat it");
            }
        }
        return new Session(client, offset, stored.getHeader().getRevision());
    }

    static ByteSequence offsetValue(long offset) {
        return ByteSequence.from(ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
    }

    long revision(long ofEtcd) {
        return ofEtcd + offset;
    }

    /** Fails with COMPACTED if it is one from before the data came here. */
    long ofEtcd(long revision) {
        long ofEtcd = revision - offset;
        if (ofEtcd <= 0) {
            throw new StoreException(
                    Reason.COMPACTED,
                    "the history begins after " + offset + ", not at " + revision);
        }
        return ofEtcd;
    }

    KeyValue keyValue(io.etcd.jetcd.KeyValue item) {
        return new KeyValue(
                new String(item.getKey().getBytes(), StandardCharsets.ISO_8859_1),
                item.getValue().getBytes(),
                revision(item.getCreateRevision()),
                revision(item.getModRevision()),
                item.getVersion(),
                item.getLease());
    }

    CompletableFuture<TxnResponse> commit(Txn txn) {
        List<Cmp> compares = new ArrayList<>();
        Set<String> compared = new LinkedHashSet<>();
        for (Txn.Compare compare : txn.compares()) {
            CmpTarget<Long> at = CmpTarget.modRevision(compared(compare.modRevision()));
            compares.add(new Cmp(bytes(compare.key()), Cmp.Op.EQUAL, at));
            compared.add(compare.key());
        }
        List<Op> writes = new ArrayList<>();
        for (Txn.Write write : txn.writes()) {
            writes.add(operation(write));
        }
        List<Op> reads = new ArrayList<>();
        for (String key : compared) {
            reads.add(Op.get(bytes(key), GetOption.DEFAULT));
        }
        return client.getKVClient()
                .txn()
                .If(compares.toArray(Cmp[]::new))
                .Then(writes.toArray(Op[]::new))
                .Else(reads.toArray(Op[]::new))
                .commit();
    }

    /** What no key here can have, for a revision from before the data came here. */
    private long compared(long revision) {
        return revision == 0 ? 0 : revision <= offset ? -1 : revision - offset;
    }

    private static Op operation(Txn.Write write) {
        if (write instanceof Txn.Put put) {
            PutOption option =
                    put.lease() == 0
                            ? PutOption.DEFAULT
                            : PutOption.builder().withLeaseId(put.lease()).build();
            return Op.put(bytes(put.key()), ByteSequence.from(put.value()), option);
        }
        return Op.delete(bytes(write.key()), DeleteOption.DEFAULT);
    }

    TxnResult result(TxnResponse response) {
        List<KeyValue> current = new ArrayList<>();
        if (!response.isSucceeded()) {
            for (GetResponse found : response.getGetResponses()) {
                found.getKvs().forEach(item -> current.add(keyValue(item)));
            }
        }
        return new TxnResult(
                response.isSucceeded(), revision(response.getHeader().getRevision()), current);
    }
}
