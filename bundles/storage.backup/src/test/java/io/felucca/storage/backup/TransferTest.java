package io.felucca.storage.backup;

import static io.felucca.testing.StoreFixture.assertRefused;
import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.StoreOpener;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.Watcher;
import io.felucca.testing.EtcdMembers;
import io.felucca.testing.RecordingWatcher;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool as './felucca' calls it, on real stores. */
class TransferTest {
    private static final int KEYS = 350;

    @TempDir Path directory;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void dataGoesIntoAnEtcdAndBackAndItsRevisionsGoOn() {
        try (EtcdMembers members = new EtcdMembers(directory, 1)) {
            String etcd = "etcd=" + members.endpoints();
            long last = fill(rocks("one"));
            String first = run(0, "migrate", rocks("one"), etcd);
            String second = run(0, "migrate", etcd, rocks("two"));
            assertTrue(first.startsWith(KEYS + " keys"), first);
            assertEquals(hash(first), hash(second));
            checkMovedOn(etcd, last);
            checkMovedOn(rocks("two"), last);
            // And once more into an etcd that has data, which goes.
            long more = fill(rocks("two"));
            assertEquals(
                    hash(run(0, "snapshot", rocks("two"), directory.resolve("s").toString())),
                    hash(run(0, "migrate", rocks("two"), etcd)));
            checkMovedOn(etcd, more);
        }
    }

    @Test
    void snapshotIsRestoredAndWhoeverKnowsALaterRevisionLearnsThatItIsOver() {
        String file = directory.resolve("snapshot").toString();
        fill(rocks("one"));
        String taken = run(0, "snapshot", rocks("one"), file);
        // Clients have seen what is lost with the store.
        long lost = fill(rocks("one"));
        String restored = run(0, "restore", file, rocks("two"));
        assertEquals(hash(taken), hash(restored));
        checkMovedOn(rocks("two"), lost);
        assertTrue(run(1, "restore", file, rocks("two")).contains("not empty"));
        try (EtcdMembers members = new EtcdMembers(directory, 1)) {
            String etcd = "etcd=" + members.endpoints();
            assertEquals(hash(taken), hash(run(0, "restore", file, etcd)));
            checkMovedOn(etcd, lost);
        }
    }

    @Test
    void whatIsNoStoreOrNoFileIsRefused() {
        assertTrue(run(1, "count", "mysql=x").contains("no store of the kind mysql"));
        assertTrue(run(1, "count", "etcd=nowhere").contains("no endpoint of etcd"));
        assertTrue(run(1, "restore", "/no/such/file", rocks("one")).contains("/no/such/file"));
        assertTrue(run(1, "dance").contains("not understood"));
    }

    /** Writes some keys, some of them twice; gives the last revision. */
    private static long fill(String location) {
        try (StoreOpener.Opened opened = open(location)) {
            long last = 0;
            for (int i = 0; i < 2 * KEYS; i++) {
                String key = "/registry/core/pods/default/p" + i % KEYS;
                last = await(opened.store().txn(txnOf(putOf(key, "value " + i)))).revision();
            }
            return last;
        }
    }

    private static void checkMovedOn(String location, long lost) {
        try (StoreOpener.Opened opened = open(location)) {
            Store store = opened.store();
            assertRefused(Reason.COMPACTED, store.range(RangeRequest.prefix("/").atRevision(lost)));
            assertEquals(Reason.COMPACTED, end(store, lost));
            KeyValue item =
                    await(store.range(RangeRequest.prefix("/").withLimit(1))).items().get(0);
            assertTrue(item.modRevision() > lost, item.modRevision() + " after " + lost);
            assertTrue(!await(store.txn(putIf(item.key(), lost))).succeeded());
            assertTrue(await(store.txn(putIf(item.key(), item.modRevision()))).succeeded());
            RecordingWatcher watcher = new RecordingWatcher();
            store.watch("/", 0, watcher);
            long now = await(store.txn(txnOf(putOf(item.key(), "again")))).revision();
            assertEquals(now, watcher.awaitRevision(now).get(0).revision());
        }
    }

    private static Reason end(Store store, long from) {
        RecordingWatcher watcher = new RecordingWatcher();
        store.watch("/", from, (Watcher) watcher);
        return watcher.awaitEnd();
    }

    private static Txn putIf(String key, long modRevision) {
        return new Txn(List.of(new Txn.Compare(key, modRevision)), List.of(putOf(key, "new")));
    }

    private static StoreOpener.Opened open(String location) {
        String kind = location.substring(0, location.indexOf('='));
        for (StoreOpener opener : ServiceLoader.load(StoreOpener.class)) {
            if (opener.kind().equals(kind)) {
                return opener.open(location.substring(kind.length() + 1), Map.of());
            }
        }
        throw new AssertionError("no opener for " + location);
    }

    private String rocks(String name) {
        return "rocksdb=" + directory.resolve(name);
    }

    private static String hash(String summary) {
        return summary.substring(summary.indexOf("SHA-256"));
    }

    private String run(int code, String... words) {
        said.reset();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        assertEquals(
                code, Main.run(List.of(words), out, out), said.toString(StandardCharsets.UTF_8));
        return said.toString(StandardCharsets.UTF_8).strip();
    }
}
