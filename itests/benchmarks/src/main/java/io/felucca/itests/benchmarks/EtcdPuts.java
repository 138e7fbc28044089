package io.felucca.itests.benchmarks;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.PutResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** The limit of creates on etcd: jetcd alone, so many puts under way. */
final class EtcdPuts implements AutoCloseable {
    private final Client client;
    private final KV kv;
    private final AtomicLong number = new AtomicLong();

    EtcdPuts(String endpoint) {
        client = Client.builder().endpoints(endpoint).build();
        kv = client.getKVClient();
    }

    /**
     * Puts new keys for so long.
     *
     * @return puts per second
     */
    double perSecond(int inFlight, byte[] value, double seconds) throws InterruptedException {
        ByteSequence stored = ByteSequence.from(value);
        AtomicLong answered = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        CountDownLatch idle = new CountDownLatch(inFlight);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (int i = 0; i < inFlight; i++) {
            next(stored, end, answered, failed, idle);
        }
        idle.await();
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " puts failed");
        }
        return answered.get() / ((System.nanoTime() - start) / 1e9);
    }

    private void next(
            ByteSequence value,
            long end,
            AtomicLong answered,
            AtomicLong failed,
            CountDownLatch idle) {
        if (System.nanoTime() >= end) {
            idle.countDown();
            return;
        }
        String key = "/registry/core/pods/bench/pod-" + number.getAndIncrement();
        CompletableFuture<PutResponse> unused =
                kv.put(ByteSequence.from(key, StandardCharsets.UTF_8), value)
                        .whenComplete(
                                (put, failure) -> {
                                    if (failure == null) {
                                        answered.incrementAndGet();
                                    } else {
                                        failed.incrementAndGet();
                                    }
                                    next(value, end, answered, failed, idle);
                                });
    }

    @Override
    public void close() {
        client.close();
    }
}
