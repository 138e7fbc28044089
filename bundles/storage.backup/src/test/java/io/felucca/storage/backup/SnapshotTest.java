package io.felucca.storage.backup;

import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.bytes;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Txn;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    @TempDir Path directory;
    private final MemoryStore store = new MemoryStore(new FakeClock());

    @Test
    void whatWasWrittenIsReadBack() throws IOException {
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 0xee);
        await(store.txn(txnOf(new Txn.Put("/large", large, 0), putOf("/empty", ""))));
        long lease = await(store.grantLease(60));
        await(store.txn(txnOf(new Txn.Put("/leased", bytes("x"), lease))));
        Path file = directory.resolve("snapshot");
        Contents.Summary written = Snapshot.write(store, file);
        Map<String, byte[]> found = new HashMap<>();
        assertEquals(written, Snapshot.read(file, found::put));
        assertEquals(2, written.count());
        assertEquals(store.revision(), written.revision());
        assertArrayEquals(large, found.get("/large"));
        assertArrayEquals(new byte[0], found.get("/empty"));
        assertEquals("rw-------", mode(file));
    }

    private static String mode(Path file) throws IOException {
        return java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(file));
    }

    @Test
    void snapshotUnderWritesShowsOneRevision() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            await(store.txn(txnOf(putOf("/" + (1_000 + i), "0"))));
        }
        AtomicBoolean over = new AtomicBoolean();
        Map<Long, String> states = new ConcurrentHashMap<>();
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(
                        () -> {
                            for (int n = 1; !over.get(); n++) {
                                // The first and the last key change together.
                                String value = "" + n;
                                long at =
                                        await(
                                                        store.txn(
                                                                txnOf(
                                                                        putOf("/1000", value),
                                                                        putOf("/1999", value))))
                                                .revision();
                                states.put(at, value);
                            }
                        });
        for (int i = 0; i < 20; i++) {
            Path file = directory.resolve("snapshot" + i);
            Contents.Summary written = Snapshot.write(store, file);
            Map<String, byte[]> found = new HashMap<>();
            Snapshot.read(file, found::put);
            assertEquals(1_000, found.size());
            assertArrayEquals(found.get("/1000"), found.get("/1999"));
            assertTrue(
                    written.revision() == 1_001
                            || Arrays.equals(
                                    bytes(awaitState(states, written.revision())),
                                    found.get("/1000")));
        }
        over.set(true);
        writer.join();
    }

    private static String awaitState(Map<Long, String> states, long revision) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!states.containsKey(revision)) {
            assertTrue(System.nanoTime() < end, "no write has revision " + revision);
            Thread.onSpinWait();
        }
        return states.get(revision);
    }

    @Test
    void damagedFileIsRefused() throws IOException {
        for (int i = 0; i < 100; i++) {
            await(store.txn(txnOf(putOf("/" + i, "value " + i))));
        }
        Path file = directory.resolve("snapshot");
        Snapshot.write(store, file);
        byte[] whole = Files.readAllBytes(file);
        assertDamaged(Arrays.copyOf(whole, whole.length / 2));
        assertDamaged(Arrays.copyOf(whole, whole.length - 1));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        assertDamaged(flipped);
        assertDamaged(bytes("no snapshot at all"));
        assertDamaged(new byte[0]);
    }

    private void assertDamaged(byte[] content) throws IOException {
        Path file = Files.write(directory.resolve("damaged"), content);
        String said =
                assertThrows(IOException.class, () -> Snapshot.read(file, (key, value) -> {}))
                        .getMessage();
        assertTrue(said.contains("is damaged"), said);
    }
}
