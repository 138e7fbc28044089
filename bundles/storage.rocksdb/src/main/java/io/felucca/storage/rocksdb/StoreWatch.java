package io.felucca.storage.rocksdb;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Watcher;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watch: knows what it has delivered, calls its watcher one call at a time. Thread-safe. */
final class StoreWatch implements Store.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);

    private final String prefix;
    private final Watcher watcher;
    private final Consumer<StoreWatch> onDone;

    /** Held during a call, so that {@link #close} can promise that none starts after it. */
    private final ReentrantLock calling = new ReentrantLock();

    private volatile boolean done;

    /** The first revision not delivered yet. */
    private volatile long next;

    /** The last revision the watcher has heard of, by a change or by progress. */
    private long told;

    StoreWatch(String prefix, Watcher watcher, Consumer<StoreWatch> onDone) {
        this.prefix = prefix;
        this.watcher = watcher;
        this.onDone = onDone;
    }

    boolean matches(String key) {
        return key.startsWith(prefix);
    }

    long next() {
        return next;
    }

    /** Before the watch is known to anybody. */
    void startAt(long revision) {
        next = revision;
    }

    boolean done() {
        return done;
    }

    /** Delivers those of the changes that are new; they hold all up to a revision. */
    void deliver(List<Change> changes, long through) {
        call(
                () -> {
                    long from = next;
                    List<Change> fresh =
                            changes.isEmpty() || changes.get(0).revision() >= from
                                    ? changes
                                    : changes.stream().filter(c -> c.revision() >= from).toList();
                    next = Math.max(from, through + 1);
                    if (!fresh.isEmpty()) {
                        told = fresh.get(fresh.size() - 1).revision();
                        watcher.onChanges(fresh);
                    }
                });
    }

    /** Says that all up to a revision was delivered, unless the watcher knows it already. */
    void progress(long revision) {
        call(
                () -> {
                    if (revision >= next - 1 && revision > told) {
                        next = revision + 1;
                        told = revision;
                        watcher.onProgress(revision);
                    }
                });
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
            onDone.accept(this);
        }
    }

    @Override
    public void close() {
        calling.lock();
        try {
            done = true;
        } finally {
            calling.unlock();
            onDone.accept(this);
        }
    }

    private void call(Runnable action) {
        calling.lock();
        try {
            if (!done) {
                action.run();
            }
        } catch (RuntimeException | Error broken) {
            LOG.error("The watcher of {} failed, its watch ends", prefix, broken);
            end(new StoreException(Reason.UNAVAILABLE, "the watcher failed: " + broken, broken));
        } finally {
            calling.unlock();
        }
    }
}
