package io.felucca.storage.rocksdb;

import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.txnOf;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that writes until it is killed. Arguments: the directory, the threads, the first number
 * and how many. Says {@code ack number revision} on a line of its own after each acknowledgement.
 */
final class CrashingWriter {
    private CrashingWriter() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        AtomicInteger next = new AtomicInteger(Integer.parseInt(arguments[2]));
        int end = next.get() + Integer.parseInt(arguments[3]);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (RocksDbStore store =
                RocksDbStore.open(directory, Clock.systemUTC(), StoreOptions.defaults())) {
            for (int i = 0; i < threads; i++) {
                pool.execute(() -> write(store, next, end, out));
            }
            pool.shutdown();
            pool.awaitTermination(5, TimeUnit.MINUTES);
        }
    }

    private static void write(RocksDbStore store, AtomicInteger next, int end, OutputStream out) {
        for (int number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
            long revision =
                    await(store.txn(txnOf(putOf("/n/" + number, "v"), putOf("/last", "" + number))))
                            .revision();
            String line = "ack " + number + " " + revision + "\n";
            try {
                out.write(line.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                throw new IllegalStateException("nobody reads the acknowledgements", gone);
            }
        }
    }
}
