package io.felucca.storage.rocksdb;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides: compares with the newest state, the batch at hand included, assigns revisions, and puts
 * what follows into the batch. Belongs to the writer's thread. Whatever is refused is refused
 * before anything was touched.
 */
final class StoreState {
    private static final byte[] NO_VALUE = {};

    private final Disk disk;
    private final KeyIndex index;
    private final Leases leases;
    private final Recovered recovered;
    private long revision;
    private long lastLease;

    /** Whether the format is on disk, or will be with the batch at hand. */
    private boolean formatted;

    /** What was on disk at the start. */
    record Recovered(long revision, long compacted, long lastLease) {}

    /** Reads the state back; fails with {@code CORRUPT} if its parts contradict each other. */
    StoreState(Disk disk, KeyIndex index, Clock clock) {
        this.disk = disk;
        this.index = index;
        this.leases = new Leases(clock);
        this.recovered = recover();
        this.revision = recovered.revision();
        this.lastLease = recovered.lastLease();
    }

    private Recovered recover() {
        long format = number(Format.FORMAT, 0);
        formatted = format != 0;
        long last = number(Format.REVISION, 1);
        if (format > Format.CURRENT_FORMAT) {
            throw disk.corrupt("its format " + format + " is newer than this program");
        }
        disk.scan(
                Format.ALL_LEASES,
                (key, ttl) -> leases.add(Format.idOfLease(key), Format.number(ttl)));
        long[] newest = {1};
        disk.scan(
                Format.ALL_LATEST,
                (key, latest) -> {
                    Entry entry = Format.entry(latest);
                    String name = Format.keyOfLatest(key);
                    newest[0] = Math.max(newest[0], entry.modRevision());
                    index.put(name, entry);
                    leases.move(name, 0, entry.lease());
                });
        if (newest[0] > last || (format == 0 && last > 1)) {
            throw disk.corrupt("it is at revision " + last + " but holds " + newest[0]);
        }
        if (last > 1 && disk.get(Format.changeKey(last, 0)).isEmpty()) {
            throw disk.corrupt("the change of its revision " + last + " is missing");
        }
        return new Recovered(last, number(Format.COMPACTED, 0), number(Format.LAST_LEASE, 0));
    }

    private long number(byte[] key, long otherwise) {
        return disk.get(key).map(Format::number).orElse(otherwise);
    }

    Recovered recovered() {
        return recovered;
    }

    long revision() {
        return revision;
    }

    Leases leases() {
        return leases;
    }

    /** Lets the next revision be greater than this; comes to disk with it. */
    void advance(long floor) {
        revision = Math.max(revision, floor);
    }

    /** The result is known once the batch is on disk. */
    Supplier<TxnResult> txn(Txn txn, Batch batch) {
        for (Txn.Write write : txn.writes()) {
            if (write instanceof Txn.Put put) {
                leases.check(put.lease());
            }
        }
        for (Txn.Compare compare : txn.compares()) {
            Entry now = index.get(compare.key());
            long modRevision = now == null || now.deleted() ? 0 : now.modRevision();
            if (modRevision != compare.modRevision()) {
                return failed(txn);
            }
        }
        apply(txn.writes(), batch);
        TxnResult result = new TxnResult(true, revision, List.of());
        return () -> result;
    }

    private Supplier<TxnResult> failed(Txn txn) {
        Map<String, Long> compared = new LinkedHashMap<>();
        for (Txn.Compare compare : txn.compares()) {
            Entry now = index.get(compare.key());
            if (now != null && !now.deleted()) {
                compared.put(compare.key(), now.modRevision());
            }
        }
        long at = revision;
        return () -> {
            List<KeyValue> current = new ArrayList<>();
            compared.forEach(
                    (key, modRevision) -> disk.version(key, modRevision).ifPresent(current::add));
            return new TxnResult(false, at, current);
        };
    }

    private void apply(List<? extends Txn.Write> writes, Batch batch) {
        long next = revision + 1;
        int changed = 0;
        for (Txn.Write write : writes) {
            String key = write.key();
            Optional<Entry> previous = Optional.ofNullable(index.get(key));
            boolean exists = previous.isPresent() && !previous.get().deleted();
            if (write instanceof Txn.Put put) {
                Entry entry = previous.orElse(Entry.deletion(0)).next(next, put.lease());
                change(batch, key, exists ? previous.get() : null, entry, put.value(), changed++);
            } else if (exists) {
                change(batch, key, previous.get(), Entry.deletion(next), NO_VALUE, changed++);
            }
        }
        if (changed > 0) {
            if (!formatted) {
                batch.put(Format.FORMAT, Format.number(Format.CURRENT_FORMAT));
                formatted = true;
            }
            batch.put(Format.REVISION, Format.number(next));
            revision = next;
        }
    }

    /** Previous is null if the key was not there. */
    private void change(
            Batch batch, String key, Entry previous, Entry now, byte[] value, int position) {
        long before = previous == null ? 0 : previous.modRevision();
        batch.put(Format.versionKey(key, now.modRevision()), Format.version(now, value));
        batch.put(
                Format.changeKey(now.modRevision(), position),
                Format.change(now.deleted(), before, key));
        batch.put(Format.latestKey(key), Format.latest(now));
        index.put(key, now);
        leases.move(key, previous == null ? 0 : previous.lease(), now.lease());
        KeyValue current =
                now.deleted()
                        ? null
                        : new KeyValue(
                                key,
                                value,
                                now.createRevision(),
                                now.modRevision(),
                                now.version(),
                                now.lease());
        batch.change(new Batch.Pending(now.modRevision(), key, current, before));
    }

    Supplier<Long> grantLease(long ttlSeconds, Batch batch) {
        if (ttlSeconds <= 0 || ttlSeconds > Leases.MAX_TTL_SECONDS) {
            throw new StoreException(
                    Reason.INVALID,
                    "a lease has 1 to " + Leases.MAX_TTL_SECONDS + " seconds, not " + ttlSeconds);
        }
        long id = ++lastLease;
        leases.add(id, ttlSeconds);
        batch.put(Format.leaseKey(id), Format.number(ttlSeconds));
        batch.put(Format.LAST_LEASE, Format.number(id));
        return () -> id;
    }

    Supplier<Long> keepAlive(long id) {
        long seconds = leases.keepAlive(id);
        return () -> seconds;
    }

    void endLease(long id, Batch batch) {
        List<Txn.Delete> deletes = leases.remove(id).stream().map(Txn.Delete::new).toList();
        batch.delete(Format.leaseKey(id));
        apply(deletes, batch);
    }

    void expireLeases(Batch batch) {
        if (leases.anyDue()) {
            leases.due().forEach(id -> endLease(id, batch));
        }
    }
}
