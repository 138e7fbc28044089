package io.felucca.storage.etcd;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.options.GetOption;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a client that has reached etcd. One that has lost all members is replaced: by itself it
 * would wait longer and longer, up to two minutes, before it tries to connect again. Thread-safe.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LONGEST_RETRY_MILLIS = 1_000;

    /** The least that etcd allows its clients is five seconds. */
    private static final Duration KEEPALIVE = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EtcdOptions options;
    private final ClientBuilder builder;
    private final ScheduledExecutorService scheduler;

    /** The newest revision heard of from etcd, etcd's. */
    private final AtomicLong reached = new AtomicLong();

    // Guarded by this; null while etcd can't be reached.
    private Session session;
    private boolean closed;

    private volatile StoreException unreachable;

    /**
     * @param executor runs the client's small tasks
     * @throws IllegalArgumentException if the files for TLS are not to be used
     */
    Connection(EtcdOptions options, ExecutorService executor, ScheduledExecutorService scheduler) {
        this.options = options;
        this.scheduler = scheduler;
        this.builder = builder(options, executor);
        this.unreachable =
                new StoreException(
                        Reason.UNAVAILABLE, "etcd at " + members() + " has not been reached yet");
        connect(FIRST_RETRY_MILLIS);
    }

    private static ClientBuilder builder(EtcdOptions options, ExecutorService executor) {
        ClientBuilder builder =
                Client.builder()
                        .executorService(executor)
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .keepaliveTime(KEEPALIVE)
                        .keepaliveTimeout(PATIENCE)
                        .connectTimeout(PATIENCE)
                        // What fails for want of a connection was not sent, and that is good to
                        // know; so no call waits for one, and Calls tries again.
                        .waitForReady(false)
                        .retryMaxAttempts(0)
                        .endpoints(options.endpoints());
        if (!options.tls()) {
            return builder;
        }
        try {
            return builder.sslContext(
                    tls -> {
                        if (options.ca() != null) {
                            tls.trustManager(options.ca().toFile());
                        }
                        if (options.certificate() != null) {
                            tls.keyManager(options.certificate().toFile(), options.key().toFile());
                        }
                    });
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "etcd's CA, certificate or key can't be used: " + unusable.getMessage(),
                    unusable);
        }
    }

    private String members() {
        return String.join(",", options.endpoints().stream().map(Object::toString).toList());
    }

    /** Finds out how far etcd is and where the store's revisions begin; until that works. */
    private void connect(long delayMillis) {
        Client client = builder.build();
        CompletableFuture<Session> unused =
                client.getKVClient()
                        .get(Session.OWN_KEYS, GetOption.builder().isPrefix(true).build())
                        .thenApply(
                                found -> {
                                    reached(found.getHeader().getRevision());
                                    return Session.of(client, found, options.loading());
                                })
                        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete(
                                (fresh, failure) -> {
                                    if (failure != null) {
                                        client.close();
                                        retry(failure, delayMillis);
                                    } else {
                                        use(fresh);
                                    }
                                });
    }

    private void use(Session fresh) {
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                session = fresh;
            }
        }
        if (late) {
            fresh.client().close();
        } else {
            LOG.info("etcd at {} is reached", members());
        }
    }

    private void retry(Throwable failure, long delayMillis) {
        StoreException why = Fault.of(failure).error();
        String message = "etcd at " + members() + " can't be reached: " + why.getMessage();
        if (!message.equals(unreachable.getMessage())) {
            LOG.warn("{}", message);
        }
        unreachable = new StoreException(Reason.UNAVAILABLE, message, why);
        synchronized (this) {
            if (!closed) {
                long next = Math.min(LONGEST_RETRY_MILLIS, 2 * delayMillis);
                ScheduledFuture<?> unused =
                        scheduler.schedule(() -> connect(next), delayMillis, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** What to talk with; fails as UNAVAILABLE while there is nothing. */
    Session session() {
        Session current = sessionOrNull();
        if (current == null) {
            throw unreachable;
        }
        return current;
    }

    synchronized Session sessionOrNull() {
        return session;
    }

    /** A session is of no use any more; another one is made, unless that was done already. */
    void lost(Session old) {
        synchronized (this) {
            if (!old.equals(session) || closed) {
                return;
            }
            session = null;
        }
        old.client().close();
        connect(FIRST_RETRY_MILLIS);
    }

    void reached(long revision) {
        reached.accumulateAndGet(revision, Math::max);
    }

    /** The newest revision heard of from etcd, etcd's. */
    long reached() {
        return reached.get();
    }

    void close() {
        Session last;
        synchronized (this) {
            closed = true;
            last = session;
            session = null;
            unreachable = new StoreException(Reason.UNAVAILABLE, "the store is closed");
        }
        if (last != null) {
            last.client().close();
        }
    }
}
