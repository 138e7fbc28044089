package io.felucca.itests.benchmarks;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Many watchers of one object that changes at a steady rate. A change carries the time at which it
 * was asked for, whether or not the server was ready to take it; each watcher's delay counts.
 */
final class FanOut {
    private static final int CONNECTIONS = 20;
    private static final int WATCHERS = 1_000;
    private static final int CHANGES_PER_SECOND = 100;
    private static final byte[] MARK =
            "\"sent\":\"".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private final Endpoint endpoint;
    private final String watchPath;
    private final String method;
    private final String changePath;
    private final LongFunction<byte[]> change;
    private long[] delays = {};
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile boolean counts;

    /**
     * @param change the body that carries this time
     */
    FanOut(
            Endpoint endpoint,
            String watchPath,
            String method,
            String changePath,
            LongFunction<byte[]> change) {
        this.endpoint = endpoint;
        this.watchPath = watchPath;
        this.method = method;
        this.changePath = changePath;
        this.change = change;
    }

    Latencies run(int warmUpSeconds, int seconds) throws InterruptedException {
        int changes = seconds * CHANGES_PER_SECOND;
        delays = new long[changes * WATCHERS];
        List<Connection> connections = endpoint.connect(CONNECTIONS);
        CountDownLatch open = new CountDownLatch(WATCHERS);
        for (int i = 0; i < WATCHERS; i++) {
            connections.get(i % CONNECTIONS).send("GET", watchPath, null, new Watcher(open));
        }
        if (!open.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(open.getCount() + " watches were not opened");
        }
        Connection writer = endpoint.connect(1).get(0);
        change(writer, warmUpSeconds * CHANGES_PER_SECOND);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        counts = true;
        long start = System.nanoTime();
        change(writer, changes);
        long expected = (long) changes * WATCHERS;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (arrived.get() < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        double took = (System.nanoTime() - start) / 1e9;
        connections.forEach(Connection::close);
        writer.close();
        int count = Math.min(arrived.get(), delays.length);
        long[] sorted = Arrays.copyOf(delays, count);
        Arrays.sort(sorted);
        return new Latencies(at(sorted, 0.5), at(sorted, 0.99), count / took, expected - count);
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }

    private void change(Connection writer, int count) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + i * (TimeUnit.SECONDS.toNanos(1) / CHANGES_PER_SECOND);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
            }
            Answer answer = new Answer();
            writer.send(method, changePath, change.apply(due), answer);
            // One after the other: a change that is late makes those behind it late, as it should.
            if (answer.await() / 100 != 2) {
                throw new IllegalStateException("a change was answered with " + answer.await());
            }
        }
    }

    /** Finds the time in each line; a line that comes in pieces is read when it is whole. */
    private final class Watcher implements Connection.Reply {
        private final CountDownLatch open;
        private byte[] begun = {};

        Watcher(CountDownLatch open) {
            this.open = open;
        }

        @Override
        public void status(int status) {
            if (status == 200) {
                open.countDown();
            } else {
                Results.print("a watch was answered with %d%n", status);
            }
        }

        @Override
        public void data(ByteBuf bytes) {
            byte[] all = Arrays.copyOf(begun, begun.length + bytes.readableBytes());
            bytes.getBytes(bytes.readerIndex(), all, begun.length, bytes.readableBytes());
            int start = 0;
            long now = System.nanoTime();
            for (int i = begun.length; i < all.length; i++) {
                if (all[i] == '\n') {
                    line(all, start, i, now);
                    start = i + 1;
                }
            }
            begun = start == all.length ? NOTHING : Arrays.copyOfRange(all, start, all.length);
        }

        private void line(byte[] all, int start, int end, long now) {
            int mark = find(all, start, end);
            if (!counts || mark < 0) {
                return;
            }
            long sent = 0;
            for (int i = mark; all[i] != '"'; i++) {
                sent = sent * 10 + (all[i] - '0');
            }
            int index = arrived.getAndIncrement();
            if (index < delays.length) {
                delays[index] = now - sent;
            }
        }

        @Override
        public void end() {
            Results.print("a watch ended%n");
        }
    }

    private static final byte[] NOTHING = {};

    private static int find(byte[] all, int start, int end) {
        for (int i = start; i <= end - MARK.length; i++) {
            if (Arrays.equals(all, i, i + MARK.length, MARK, 0, MARK.length)) {
                return i + MARK.length;
            }
        }
        return -1;
    }
}
