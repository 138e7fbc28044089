package io.felucca.itests.benchmarks;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Requests of which as many are always under way; the next goes out when one is answered. */
final class ClosedLoop {
    private static final int CONNECTIONS = 8;

    private final Endpoint endpoint;
    private final int inFlight;
    private final String method;
    private final IntFunction<String> paths;
    private final IntFunction<byte[]> bodies;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** What one period gave. */
    record Period(double seconds, long count, double cpuSeconds, long failed) {
        static final Period NONE = new Period(0, 0, 0, 0);

        Period and(Period other) {
            return new Period(
                    seconds + other.seconds,
                    count + other.count,
                    cpuSeconds + other.cpuSeconds,
                    failed + other.failed);
        }

        double perSecond() {
            return count / seconds;
        }

        double cpuMicros() {
            return cpuSeconds * 1e6 / count;
        }
    }

    ClosedLoop(
            Endpoint endpoint,
            int inFlight,
            String method,
            IntFunction<String> paths,
            IntFunction<byte[]> bodies) {
        this.endpoint = endpoint;
        this.inFlight = inFlight;
        this.method = method;
        this.paths = paths;
        this.bodies = bodies;
    }

    /** Goes on for so long. */
    Period run(double seconds) {
        return run((long) (seconds * 1e9), Long.MAX_VALUE);
    }

    /** Sends so many. */
    Period run(int requests) {
        return run(Long.MAX_VALUE, sent.get() + requests);
    }

    /** Goes on for so long, but sends no more than so many. */
    Period run(double seconds, int requests) {
        return run((long) (seconds * 1e9), sent.get() + requests);
    }

    private Period run(long nanos, long most) {
        stopped.set(false);
        failed.set(0);
        List<Connection> connections = endpoint.connect(Math.min(CONNECTIONS, inFlight));
        CountDownLatch idle = new CountDownLatch(inFlight);
        double cpu = endpoint.process().cpuSeconds();
        long before = answered.get();
        long start = System.nanoTime();
        for (int i = 0; i < inFlight; i++) {
            next(connections.get(i % connections.size()), most, idle);
        }
        while (idle.getCount() > 0 && !stopped.get()) {
            if (System.nanoTime() - start >= nanos) {
                stopped.set(true);
            }
            LockSupport.parkNanos(200_000);
        }
        long end = System.nanoTime();
        long count = answered.get() - before;
        double used = endpoint.process().cpuSeconds() - cpu;
        try {
            idle.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a benchmark was interrupted", e);
        }
        connections.forEach(Connection::close);
        return new Period((end - start) / 1e9, count, used, failed.get());
    }

    private void next(Connection connection, long most, CountDownLatch idle) {
        long number = sent.getAndIncrement();
        if (stopped.get() || number >= most) {
            sent.decrementAndGet();
            idle.countDown();
            return;
        }
        connection.send(
                method,
                paths.apply((int) number),
                bodies.apply((int) number),
                new Connection.Reply() {
                    @Override
                    public void status(int status) {
                        if (status / 100 != 2) {
                            failed.incrementAndGet();
                        }
                    }

                    @Override
                    public void data(ByteBuf bytes) {
                        // That they came is all that counts here.
                    }

                    @Override
                    public void end() {
                        answered.incrementAndGet();
                        next(connection, most, idle);
                    }
                });
    }
}
