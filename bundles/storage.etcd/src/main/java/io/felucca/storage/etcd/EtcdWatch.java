package io.felucca.storage.etcd;

import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.felucca.storage.api.Change;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch. It asks etcd for the changes of all keys, whatever its prefix: each revision changes
 * some key, so whatever comes says how far it is, and nobody needs progress notifications, which
 * old versions of etcd answer unreliably.
 *
 * <p>It asks from one revision before the first that it wants and drops what comes of that: where
 * etcd's history begins, the deletions of that very revision and its previous values may be gone.
 *
 * <p>When the connection breaks it ends, and whoever watches goes on from the last revision seen.
 * jetcd's own resumption is stopped: it goes on from where etcd was when the watch was made, also
 * if the changes before that have not come yet. Thread-safe.
 */
final class EtcdWatch implements Store.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

    private final String prefix;
    private final Watcher watcher;
    private final Executor executor;
    private final Consumer<EtcdWatch> onDone;

    /** Held during a call, so that {@link #close} can promise that none starts after it. */
    private final ReentrantLock calling = new ReentrantLock();

    private volatile boolean done;

    /** The first revision not delivered yet, etcd's. */
    private long next;

    private volatile Session stale;

    // Guarded by this.
    private Watch.Watcher stream;
    private boolean released;

    EtcdWatch(String prefix, Watcher watcher, Executor executor, Consumer<EtcdWatch> onDone) {
        this.prefix = prefix;
        this.watcher = watcher;
        this.executor = executor;
        this.onDone = onDone;
    }

    boolean done() {
        return done;
    }

    /** The session whose offset has turned out to be another one now; null for none. */
    Session stale() {
        return stale;
    }

    /**
     * Begins. Not to be called from a watcher: jetcd takes locks.
     *
     * @param from the first revision wanted, the store's
     * @param reached a revision that etcd has reached, for certain
     */
    void open(Session session, long from, long reached) {
        try {
            next = session.ofEtcd(from);
        } catch (StoreException compacted) {
            end(compacted);
            return;
        }
        if (from <= reached + 1 && from > reached) {
            call(() -> watcher.onProgress(from - 1));
        }
        WatchOption option =
                WatchOption.builder()
                        .withRange(Session.FIRST_KEY)
                        .withRevision(Math.max(1, next - 1))
                        .withPrevKV(true)
                        .withRequireLeader(true)
                        .build();
        Watch.Watcher opened;
        try {
            opened =
                    session.client()
                            .getWatchClient()
                            .watch(Session.FIRST_KEY, option, new Listener(session));
        } catch (RuntimeException failed) {
            end(Fault.of(failed).error());
            return;
        }
        boolean late;
        synchronized (this) {
            late = released;
            stream = opened;
        }
        if (late) {
            opened.close();
        }
    }

    /** Its calls come one at a time; jetcd makes those of failures while it holds locks. */
    private final class Listener implements Watch.Listener {
        private final Session session;
        private final AtomicBoolean over = new AtomicBoolean();

        Listener(Session session) {
            this.session = session;
        }

        @Override
        public void onNext(WatchResponse response) {
            if (!response.getEvents().isEmpty()) {
                call(() -> deliver(session, response.getEvents()));
            }
        }

        @Override
        public void onError(Throwable failure) {
            ended(Fault.of(failure).error());
        }

        /** Also after an error, which is then what counts. */
        @Override
        public void onCompleted() {
            ended(new StoreException(Reason.UNAVAILABLE, "etcd has ended the watch"));
        }

        private void ended(StoreException reason) {
            if (over.compareAndSet(false, true)) {
                executor.execute(() -> end(reason));
            }
        }
    }

    private void deliver(Session session, List<WatchEvent> events) {
        List<Change> changes = new ArrayList<>();
        long last = next - 1;
        for (WatchEvent event : events) {
            long revision = event.getKeyValue().getModRevision();
            if (revision < next) {
                continue;
            }
            last = revision;
            if (event.getKeyValue().getKey().equals(Session.OFFSET_KEY)) {
                stale = session;
                throw new StoreException(Reason.COMPACTED, "other data was brought into etcd");
            }
            Change change = change(session, event);
            if (change.key().startsWith(prefix)) {
                changes.add(change);
            }
        }
        if (last < next) {
            return;
        }
        next = last + 1;
        if (!changes.isEmpty()) {
            watcher.onChanges(changes);
        }
        if (changes.isEmpty()
                || changes.get(changes.size() - 1).revision() < session.revision(last)) {
            watcher.onProgress(session.revision(last));
        }
    }

    private static Change change(Session session, WatchEvent event) {
        KeyValue item = session.keyValue(event.getKeyValue());
        boolean delete = event.getEventType() == WatchEvent.EventType.DELETE;
        boolean create = !delete && item.createRevision() == item.modRevision();
        Optional<KeyValue> previous = Optional.empty();
        if (!create) {
            if (event.getPrevKV().getModRevision() == 0) {
                // etcd looks it up as it sends the event; a compaction may have been faster.
                throw new StoreException(
                        Reason.COMPACTED, "the value before " + item.modRevision() + " is gone");
            }
            previous = Optional.of(session.keyValue(event.getPrevKV()));
        }
        return new Change(
                item.modRevision(),
                item.key(),
                delete ? Optional.empty() : Optional.of(item),
                previous);
    }

    void end(StoreException reason) {
        calling.lock();
        try {
            if (!done) {
                done = true;
                watcher.onEnd(reason);
            }
        } catch (RuntimeException | Error broken) {
            LOG.error("The watcher of {} failed when it was told the end", prefix, broken);
        } finally {
            calling.unlock();
            release();
        }
    }

    @Override
    public void close() {
        calling.lock();
        try {
            done = true;
        } finally {
            calling.unlock();
            release();
        }
    }

    private void release() {
        onDone.accept(this);
        Watch.Watcher opened;
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
            opened = stream;
        }
        if (opened != null) {
            // Elsewhere: jetcd takes locks, and so may whoever called us.
            executor.execute(opened::close);
        }
    }

    private void call(Runnable action) {
        calling.lock();
        try {
            if (!done) {
                action.run();
            }
        } catch (StoreException ended) {
            end(ended);
        } catch (RuntimeException | Error broken) {
            LOG.error("The watcher of {} failed, its watch ends", prefix, broken);
            end(new StoreException(Reason.UNAVAILABLE, "the watcher failed: " + broken, broken));
        } finally {
            calling.unlock();
        }
    }
}
