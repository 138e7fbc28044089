package io.felucca.storage.etcd;

import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.text;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.testing.EtcdMembers;
import io.felucca.testing.RecordingWatcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What etcd can say instead of an answer, provoked from a real one. */
@Tag("other-programs")
class FaultsTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    @TempDir Path directory;

    @Test
    void writeIntoSilenceIsOfUnknownOutcomeAndMayStillTakePlace() {
        try (EtcdMembers members = new EtcdMembers(directory, 1);
                EtcdStore store =
                        new EtcdStore(
                                EtcdOptions.of(members.endpoints(), "", "", "")
                                        .withDeadline(SOON))) {
            awaitConnection(store);
            RecordingWatcher watcher = new RecordingWatcher();
            store.watch("/", 0, watcher);
            watcher.awaitRevision(await(store.txn(txnOf(putOf("/a", "1")))).revision());
            members.signal(0, "STOP");
            CompletionStage<TxnResult> lost = store.txn(txnOf(putOf("/a", "2")));
            assertRefused(Reason.OUTCOME_UNKNOWN, "unknown whether this was written", lost);
            members.signal(0, "CONT");
            assertEquals("2", text(watcher.awaitChanges(2).get(1).current().orElseThrow()));
        }
    }

    @Test
    void writeWithoutConnectionIsCertainlyNotDone() {
        try (EtcdMembers members = new EtcdMembers(directory, 1);
                EtcdStore store =
                        new EtcdStore(
                                EtcdOptions.of(members.endpoints(), "", "", "")
                                        .withDeadline(SOON))) {
            awaitConnection(store);
            await(store.txn(txnOf(putOf("/a", "1"))));
            members.kill(0);
            // The first may still find the connection that is about to break.
            assertThrows(StoreException.class, () -> await(store.txn(txnOf(putOf("/b", "1")))));
            assertRefused(Reason.UNAVAILABLE, "127.0.0.1", store.txn(txnOf(putOf("/a", "2"))));
            assertRefused(Reason.UNAVAILABLE, "etcd", store.range(RangeRequest.key("/a")));
            members.start(0);
            awaitConnection(store);
            assertEquals("1", text(await(store.range(RangeRequest.key("/a"))).items().get(0)));
        }
    }

    @Test
    void requestsWaitForAnEtcdThatStartsLater() {
        try (EtcdMembers members = new EtcdMembers(directory, 1)) {
            members.kill(0);
            try (EtcdStore store = new EtcdStore(EtcdOptions.of(members.endpoints(), "", "", ""))) {
                RecordingWatcher watcher = new RecordingWatcher();
                store.watch("/", 0, watcher);
                CompletionStage<TxnResult> early = store.txn(txnOf(putOf("/a", "1")));
                members.start(0);
                watcher.awaitRevision(await(early).revision());
                assertEquals(1, watcher.changes().size());
            }
        }
    }

    @Test
    void withoutQuorumNothingIsAcknowledgedAndItPasses() {
        try (EtcdMembers members = new EtcdMembers(directory, 3);
                EtcdStore store =
                        new EtcdStore(
                                EtcdOptions.of(members.endpoints(), "", "", "")
                                        .withDeadline(SOON))) {
            awaitConnection(store);
            await(store.txn(txnOf(putOf("/a", "1"))));
            members.kill(0);
            members.kill(1);
            assertThrows(StoreException.class, () -> await(store.txn(txnOf(putOf("/a", "2")))));
            assertRefused(Reason.UNAVAILABLE, "", store.range(RangeRequest.key("/a")));
            members.start(0);
            members.start(1);
            awaitConnection(store);
            assertTrue(await(store.txn(txnOf(putOf("/a", "3")))).succeeded());
        }
    }

    @Test
    void fullDatabaseTakesNoWritesAndSaysWhatHelps() {
        try (EtcdMembers members = new EtcdMembers(directory, 1, "--quota-backend-bytes=2097152");
                EtcdStore store = new EtcdStore(EtcdOptions.of(members.endpoints(), "", "", ""))) {
            byte[] large = new byte[1 << 18];
            List<String> written = new ArrayList<>();
            StoreException refused =
                    assertThrows(
                            StoreException.class,
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    await(store.txn(txnOf(new Txn.Put("/" + i, large, 0))));
                                    written.add("/" + i);
                                }
                            });
            // etcd carries out the write that reaches the quota, and answers it with this error.
            assertEquals(Reason.OUTCOME_UNKNOWN, refused.reason());
            assertTrue(refused.getMessage().contains("NOSPACE"), refused.getMessage());
            int there = await(store.range(RangeRequest.prefix("/"))).items().size();
            assertTrue(
                    there == written.size() || there == written.size() + 1,
                    there + " of " + written.size());
        }
    }

    @Test
    void whatIsTooLargeForThisEtcdSaysWhichOptionHelps() {
        try (EtcdMembers members =
                        new EtcdMembers(
                                directory, 1, "--max-request-bytes=65536", "--max-txn-ops=4");
                EtcdStore store = new EtcdStore(EtcdOptions.of(members.endpoints(), "", "", ""))) {
            assertRefused(
                    Reason.TOO_LARGE,
                    "--max-request-bytes",
                    store.txn(txnOf(new Txn.Put("/a", new byte[70_000], 0))));
            Txn.Write[] many = new Txn.Write[5];
            for (int i = 0; i < many.length; i++) {
                many[i] = putOf("/" + i, "1");
            }
            assertRefused(Reason.TOO_LARGE, "--max-txn-ops", store.txn(txnOf(many)));
            assertEquals(1, await(store.range(RangeRequest.prefix("/"))).revision());
        }
    }

    @Test
    void historyIsCompactedInTime() {
        try (EtcdMembers members = new EtcdMembers(directory, 1);
                EtcdStore store =
                        new EtcdStore(
                                EtcdOptions.of(members.endpoints(), "", "", "")
                                        .withHistory(Duration.ofMillis(300)))) {
            long first = await(store.txn(txnOf(putOf("/a", "1")))).revision();
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            RecordingWatcher watcher;
            do {
                assertTrue(System.nanoTime() < end, "nothing is compacted");
                await(store.txn(txnOf(putOf("/a", "2"))));
                watcher = new RecordingWatcher();
                store.watch("/", first, watcher);
                long now = await(store.range(RangeRequest.key("/a"))).revision();
                while (watcher.end().isEmpty() && watcher.reached() < now) {
                    Thread.onSpinWait();
                }
            } while (watcher.end().isEmpty());
            assertEquals(Reason.COMPACTED, watcher.awaitEnd());
        }
    }

    @Test
    void closedStoreIsUnavailableAndItsWatchesEnd() {
        try (EtcdMembers members = new EtcdMembers(directory, 1)) {
            EtcdStore store = new EtcdStore(EtcdOptions.of(members.endpoints(), "", "", ""));
            RecordingWatcher watcher = new RecordingWatcher();
            store.watch("/", 0, watcher);
            watcher.awaitRevision(await(store.txn(txnOf(putOf("/a", "1")))).revision());
            store.close();
            assertEquals(Reason.UNAVAILABLE, watcher.awaitEnd());
            assertRefused(Reason.UNAVAILABLE, "closed", store.txn(txnOf(putOf("/a", "2"))));
            assertRefused(Reason.UNAVAILABLE, "closed", store.range(RangeRequest.key("/a")));
        }
    }

    @Test
    void wrongConfigurationsSayWhatIsWrong() {
        assertWrong("no endpoint", "10.0.0.1:2379", "", "", "");
        assertWrong("no endpoint", "", "", "", "");
        assertWrong("all http or all https", "http://a:1,https://b:1", "", "", "");
        assertWrong("for https", "http://a:1", "/etc/hostname", "", "");
        assertWrong("come together", "https://a:1", "", "/etc/hostname", "");
        assertWrong("can't be read", "https://a:1", "/no/such/file", "", "");
    }

    private static void assertWrong(String words, String urls, String ca, String cert, String key) {
        String said =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> EtcdOptions.of(urls, ca, cert, key))
                        .getMessage();
        assertTrue(said.contains(words), said);
    }

    private static void awaitConnection(EtcdStore store) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                await(store.range(RangeRequest.key("/a")));
                return;
            } catch (StoreException notYet) {
                assertTrue(System.nanoTime() < end, notYet.getMessage());
            }
        }
    }

    private static void assertRefused(Reason reason, String words, CompletionStage<?> stage) {
        StoreException refused = assertThrows(StoreException.class, () -> await(stage));
        assertEquals(reason, refused.reason(), refused.getMessage());
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }
}
