package io.felucca.itests.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** The limit of creates: RocksDB alone, each write synced, with its own group commit. */
final class SyncedWrites {
    private SyncedWrites() {}

    /**
     * Writes for so long.
     *
     * @param writers threads, each with one write under way
     * @return writes per second
     */
    static double perSecond(Path folder, int writers, byte[] value, double seconds)
            throws IOException, RocksDBException, InterruptedException {
        delete(folder);
        Files.createDirectories(folder.getParent());
        RocksDB.loadLibrary();
        try (Options options = new Options().setCreateIfMissing(true);
                WriteOptions synced = new WriteOptions().setSync(true);
                RocksDB db = RocksDB.open(options, folder.toString())) {
            AtomicLong written = new AtomicLong();
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            ExecutorService threads = Executors.newFixedThreadPool(writers);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                all.add(
                        threads.submit(
                                () -> {
                                    while (System.nanoTime() < end) {
                                        String key = "/pods/" + written.getAndIncrement();
                                        db.put(synced, key.getBytes(StandardCharsets.UTF_8), value);
                                    }
                                    return null;
                                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            threads.shutdown();
            return written.get() / ((System.nanoTime() - start) / 1e9);
        } catch (ExecutionException e) {
            throw new IOException("a write failed", e.getCause());
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
