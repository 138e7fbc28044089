package io.felucca.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * GETs of a 3 KB body over HTTP/2 and TLS, client and server in this process. Run by hand; prints
 * requests per second for each round.
 */
final class Bench {
    private static final int CONNECTIONS = 8;
    private static final int STREAMS = 50;

    private Bench() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 6;
        ByteBuffer body = ByteBuffer.allocate(3 << 10);
        Map<String, String> headers = Map.of("content-type", "application/json");
        AtomicLong done = new AtomicLong();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        try (TestServer server =
                TestServer.with(e -> e.respond(200, headers, List.of(body.duplicate())))) {
            List<H2Client> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                H2Client client = new H2Client(group, server.port());
                clients.add(client);
                for (int j = 0; j < STREAMS; j++) {
                    again(client, done);
                }
            }
            print(rounds, done);
            clients.forEach(client -> client.channel.unsafe().closeForcibly());
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static void again(H2Client client, AtomicLong done) {
        client.send(
                "GET",
                "/api/v1/namespaces/default/pods/one",
                true,
                true,
                reply -> {
                    done.incrementAndGet();
                    again(client, done);
                });
    }

    private static void print(int rounds, AtomicLong done) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        for (int i = 0; i < rounds; i++) {
            long count = done.get();
            long cpu = serverCpuNanos();
            long start = System.nanoTime();
            long end = start + TimeUnit.SECONDS.toNanos(3);
            TestServer.awaitUntil(end);
            double seconds = (System.nanoTime() - start) / 1e9;
            long answered = done.get() - count;
            out.printf(
                    "%.0f requests/s, %.1f us of the server's CPU each%n",
                    answered / seconds, (serverCpuNanos() - cpu) / 1e3 / answered);
        }
    }

    /** What a busy machine does not change. */
    private static long serverCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().startsWith("http-")) {
                sum += threads.getThreadCpuTime(id);
            }
        }
        return sum;
    }
}
