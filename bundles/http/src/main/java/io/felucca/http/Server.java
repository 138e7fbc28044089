package io.felucca.http;

import io.felucca.http.api.HttpListener;
import io.felucca.http.api.TlsIdentity;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener: its addresses, its connections and their handlers. Thread-safe. */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class Server implements HttpListener {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final String name;
    private final Limits limits;
    private final Handlers handlers;
    private final Dates dates;
    private final List<BoundAddress> bound = new ArrayList<>();
    private final Map<Channel, Connection> open = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile SslContext tls;
    private volatile boolean closed;

    Server(
            String name,
            List<InetSocketAddress> addresses,
            Limits limits,
            EventLoopGroup loops,
            Clock clock) {
        this.name = name;
        this.limits = limits;
        handlers = new Handlers(limits);
        dates = new Dates(clock);
        for (InetSocketAddress address : addresses) {
            bound.add(new BoundAddress(this, address, loops));
        }
    }

    /** Opens the listener, or takes over for new connections. */
    synchronized void identity(TlsIdentity identity) {
        if (closed) {
            return;
        }
        boolean first = tls == null;
        try {
            tls = Tls.context(identity);
        } catch (SSLException e) {
            LOG.error("Listener {}: a TLS identity is of no use and is not taken", name, e);
            return;
        }
        if (first) {
            bound.forEach(BoundAddress::open);
        }
    }

    /**
     * Takes no new connection or request, finishes what is in flight, at most for the drain time,
     * and closes.
     */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        bound.forEach(BoundAddress::close);
        handlers.close();
        open.forEach((channel, connection) -> channel.eventLoop().execute(connection::drain));
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.drainMillis());
        for (Channel channel : open.keySet()) {
            long left = end - System.nanoTime();
            if (!channel.closeFuture().awaitUninterruptibly(left, TimeUnit.NANOSECONDS)) {
                // Not close(): HTTP/2 would wait for its streams once more.
                channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
            }
        }
    }

    // --- the connections' side ----------------------------------------------------------------

    /** Counts a connection; false if there are too many. */
    boolean admit(Channel channel) {
        if (closed || connections.incrementAndGet() > limits.maxConnections()) {
            connections.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(gone -> connections.decrementAndGet());
        return true;
    }

    /** The connection's protocol is agreed on. */
    void ready(Channel channel, Connection connection) {
        open.put(channel, connection);
        channel.closeFuture().addListener(gone -> open.remove(channel));
        if (closed) {
            connection.drain();
        }
    }

    SslContext tls() {
        return tls;
    }

    Limits limits() {
        return limits;
    }

    Handlers handlers() {
        return handlers;
    }

    Dates dates() {
        return dates;
    }

    boolean isClosed() {
        return closed;
    }

    // --- what people see ----------------------------------------------------------------------

    @Override
    public String name() {
        return name;
    }

    @Override
    public State state() {
        if (closed) {
            return State.CLOSED;
        }
        if (tls == null) {
            return State.WAITING_FOR_IDENTITY;
        }
        return bound.stream().allMatch(each -> each.local() != null)
                ? State.LISTENING
                : State.RETRYING;
    }

    @Override
    public String message() {
        return switch (state()) {
            case CLOSED -> "listener " + name + " is closed";
            case WAITING_FOR_IDENTITY -> "listener " + name + " waits for its TLS identity";
            case LISTENING, RETRYING ->
                    "listener "
                            + name
                            + ": "
                            + String.join(", ", bound.stream().map(BoundAddress::status).toList());
        };
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return bound.stream().map(BoundAddress::local).filter(each -> each != null).toList();
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public int parked() {
        return handlers.parkedRequests();
    }
}
