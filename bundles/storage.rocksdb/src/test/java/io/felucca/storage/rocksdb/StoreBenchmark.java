package io.felucca.storage.rocksdb;

import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.txnOf;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.Watcher;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.rocksdb.WriteBatch;

/**
 * Synced transactions a second through the store, beside synced writes of the same values straight
 * into RocksDB with the same options and as many threads. Arguments: a directory, the seconds for
 * each figure, the bytes of a value. Prints one line for each concurrency.
 */
final class StoreBenchmark {
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private StoreBenchmark() {}

    /** Writes once and waits for it to be on disk. */
    private interface Write {
        void write(long number) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        long seconds = Long.parseLong(arguments[1]);
        byte[] value = new byte[Integer.parseInt(arguments[2])];
        for (int concurrency : List.of(1, 16, 64)) {
            double raw = 0;
            double store = 0;
            // Twice by turns, so that neither has the warm machine for itself.
            for (int turn = 0; turn < 2; turn++) {
                raw += raw(directory.resolve("raw"), concurrency, seconds, value) / 2;
                store += store(directory.resolve("store"), concurrency, seconds, value) / 2;
            }
            OUT.printf(
                    "concurrency %d: raw %.0f/s, store %.0f/s, ratio %.2f%n",
                    concurrency, raw, store, store / raw);
        }
    }

    private static double raw(Path directory, int concurrency, long seconds, byte[] value)
            throws Exception {
        try (Disk disk = new Disk(directory, StoreOptions.defaults())) {
            return perSecond(
                    concurrency,
                    seconds,
                    number -> {
                        try (WriteBatch batch = new WriteBatch()) {
                            batch.put(Format.versionKey(key(number), number), value);
                            disk.sync(batch);
                        }
                    });
        } finally {
            delete(directory);
        }
    }

    private static double store(Path directory, int concurrency, long seconds, byte[] value)
            throws Exception {
        try (RocksDbStore store =
                RocksDbStore.open(directory, Clock.systemUTC(), StoreOptions.defaults())) {
            // As an API server does, all is watched.
            store.watch("/registry/", 0, new Counting());
            double result =
                    perSecond(
                            concurrency,
                            seconds,
                            number -> await(store.txn(txnOf(new Txn.Put(key(number), value, 0)))));
            OUT.printf("  %d syncs%n", store.logSyncs());
            return result;
        } finally {
            delete(directory);
        }
    }

    /** Takes all and keeps nothing. */
    private static final class Counting implements Watcher {
        private long count;

        @Override
        public void onChanges(List<Change> changes) {
            count += changes.size();
        }

        @Override
        public void onProgress(long revision) {}

        @Override
        public void onEnd(StoreException reason) {
            OUT.printf("  %d changes watched, %s%n", count, reason.getMessage());
        }
    }

    private static String key(long number) {
        return "/registry/pods/default/pod-" + number % 10_000;
    }

    private static double perSecond(int concurrency, long seconds, Write write) {
        ExecutorService threads = Executors.newFixedThreadPool(concurrency);
        AtomicLong number = new AtomicLong(2);
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < concurrency; i++) {
            all.add(
                    CompletableFuture.runAsync(
                            () -> {
                                while (System.nanoTime() < end) {
                                    one(write, number.getAndIncrement());
                                }
                            },
                            threads));
        }
        all.forEach(CompletableFuture::join);
        double elapsedSeconds = (System.nanoTime() - start) / 1e9;
        threads.shutdown();
        return number.get() / elapsedSeconds;
    }

    private static void one(Write write, long number) {
        try {
            write.write(number);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
