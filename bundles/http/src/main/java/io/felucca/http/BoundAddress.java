package io.felucca.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One address of a listener; when it can't be bound, that is tried again. Thread-safe. */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class BoundAddress {
    private static final Logger LOG = LoggerFactory.getLogger(BoundAddress.class);
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LAST_RETRY_MILLIS = 10_000;

    private final Server server;
    private final InetSocketAddress wanted;
    private final EventLoopGroup loops;
    private final ServerBootstrap bootstrap;

    // Guarded by this.
    private Channel channel;
    private String problem = "not open yet";
    private long retryMillis = FIRST_RETRY_MILLIS;
    private boolean complained;
    private boolean closed;

    BoundAddress(Server server, InetSocketAddress wanted, EventLoopGroup loops) {
        this.server = server;
        this.wanted = wanted;
        this.loops = loops;
        bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(64 << 10, 256 << 10))
                        .childHandler(new ConnectionInitializer(server));
    }

    void open() {
        bootstrap
                .bind(wanted)
                .addListener((ChannelFuture done) -> bound(done.channel(), done.cause()));
    }

    private void bound(Channel attempt, Throwable cause) {
        synchronized (this) {
            if (cause == null && !closed) {
                channel = attempt;
                LOG.info("Listener {} is open on {}", server.name(), text(local()));
                return;
            }
            if (closed) {
                attempt.close();
                return;
            }
            problem = cause.getMessage();
            if (!complained) {
                // Once: the state tells the rest.
                complained = true;
                LOG.error(
                        "Listener {} can't open {}: {}; it goes on trying",
                        server.name(),
                        text(wanted),
                        problem);
            }
            loops.schedule(this::retry, retryMillis, TimeUnit.MILLISECONDS);
            retryMillis = Math.min(retryMillis * 2, LAST_RETRY_MILLIS);
        }
    }

    private void retry() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        open();
    }

    void close() {
        Channel listening;
        synchronized (this) {
            closed = true;
            listening = channel;
            channel = null;
            problem = "closed";
        }
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
    }

    /** Where it listens, or null. */
    synchronized InetSocketAddress local() {
        return channel == null ? null : (InetSocketAddress) channel.localAddress();
    }

    synchronized String status() {
        return channel == null
                ? text(wanted) + " is not open: " + problem
                : text(local()) + " is open";
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
