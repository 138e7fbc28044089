package io.felucca.storage.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.testing.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that can't be trusted is refused with the directory's name, never served. */
class CorruptionTest {
    @TempDir Path directory;

    @BeforeEach
    void fill() {
        StoreOptions tablesSoon = OpenStores.QUICK.withWriteBufferBytes(64 << 10);
        try (OpenStores stores = new OpenStores(directory, tablesSoon, UnaryOperator.identity())) {
            for (int i = 0; i < 400; i++) {
                stores.put("/key/" + i, i + "x".repeat(2_000));
            }
        }
    }

    @Test
    void brokenTableIsCorrupt() throws IOException {
        for (Path table : files(".sst")) {
            for (long at = 100; at < Files.size(table) - 1_000; at += 1_000) {
                flip(table, at);
            }
        }
        assertCorrupt();
    }

    @Test
    void brokenValueIsCorruptWhenItIsRead() throws IOException {
        // The values stand before the index that is read at the start.
        for (Path table : files(".sst")) {
            flip(table, Files.size(table) / 3);
        }
        try (OpenStores stores = new OpenStores(directory)) {
            StoreException refused =
                    assertThrows(
                            StoreException.class, () -> stores.range(RangeRequest.prefix("/key/")));
            assertEquals(Reason.CORRUPT, refused.reason(), refused.getMessage());
            assertTrue(refused.getMessage().contains(".sst"), refused.getMessage());
        }
    }

    @Test
    void missingTableIsCorrupt() throws IOException {
        for (Path table : files(".sst")) {
            Files.delete(table);
        }
        assertCorrupt();
    }

    @Test
    void brokenManifestIsCorrupt() throws IOException {
        for (Path manifest : files("MANIFEST")) {
            flip(manifest, Files.size(manifest) / 2);
        }
        assertCorrupt();
    }

    @Test
    void logBrokenInItsMiddleIsCorrupt() throws IOException {
        Path copy = directory.resolve("copy");
        OpenStores open = new OpenStores(directory.resolve("live"));
        try (open) {
            for (int i = 0; i < 200; i++) {
                open.put("/key/" + i, "value " + i);
            }
            copyAll(directory.resolve("live"), copy);
        }
        Path log = files(copy, ".log").get(0);
        flip(log, Files.size(log) / 2);
        assertCorrupt(copy);
    }

    @Test
    void logTornAtItsEndLosesOnlyWhatWasTorn() throws IOException {
        Path copy = directory.resolve("copy");
        try (OpenStores open = new OpenStores(directory.resolve("live"))) {
            for (int i = 0; i < 50; i++) {
                open.put("/key/" + i, "value " + i);
            }
            copyAll(directory.resolve("live"), copy);
        }
        Path log = files(copy, ".log").get(0);
        byte[] whole = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(whole, whole.length - 5));
        try (OpenStores torn = new OpenStores(copy)) {
            assertEquals(50, torn.revision());
            assertEquals(49, torn.range(RangeRequest.prefix("/key/")).count());
        }
    }

    private void assertCorrupt() {
        assertCorrupt(directory);
    }

    private static void assertCorrupt(Path where) {
        StoreException refused =
                assertThrows(
                        StoreException.class,
                        () -> RocksDbStore.open(where, new FakeClock(), OpenStores.QUICK).close());
        assertEquals(Reason.CORRUPT, refused.reason(), refused.getMessage());
        assertTrue(refused.getMessage().contains(where.toString()), refused.getMessage());
    }

    private List<Path> files(String name) throws IOException {
        return files(directory, name);
    }

    private static List<Path> files(Path where, String name) throws IOException {
        try (Stream<Path> all = Files.list(where)) {
            List<Path> found =
                    all.filter(file -> file.getFileName().toString().contains(name))
                            .filter(file -> file.toFile().length() > 0)
                            .toList();
            assertTrue(!found.isEmpty(), "no file " + name);
            return found;
        }
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < 8; i++) {
            bytes[(int) at + i] ^= 0x55;
        }
        Files.write(file, bytes);
    }

    /** A copy of an open store is what a crash would leave. */
    private static void copyAll(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> all = Files.list(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
