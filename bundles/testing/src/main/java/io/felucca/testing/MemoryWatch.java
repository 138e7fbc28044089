package io.felucca.testing;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Watcher;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One watch: filters by prefix and start, and stops at once when it is closed. */
final class MemoryWatch implements Store.Watch {
    private final String prefix;
    private final Watcher watcher;
    private final Consumer<MemoryWatch> onDone;

    /** Held during a call, so that {@link #close} can promise that none starts after it. */
    private final ReentrantLock calling = new ReentrantLock();

    private boolean done;

    /** The first revision not delivered yet. */
    private long next;

    /** Whether the watcher has heard anything yet: the first progress says "caught up". */
    private boolean told;

    MemoryWatch(String prefix, Watcher watcher, Consumer<MemoryWatch> onDone) {
        this.prefix = prefix;
        this.watcher = watcher;
        this.onDone = onDone;
    }

    void startAt(long revision) {
        next = revision;
    }

    /** The changes of one revision. */
    void deliver(List<Change> changes) {
        call(
                () -> {
                    long revision = changes.get(0).revision();
                    if (revision < next) {
                        return;
                    }
                    List<Change> mine =
                            changes.stream().filter(c -> c.key().startsWith(prefix)).toList();
                    if (!mine.isEmpty()) {
                        next = revision + 1;
                        told = true;
                        watcher.onChanges(mine);
                    }
                });
    }

    void progress(long revision) {
        call(
                () -> {
                    if (revision >= next || (revision == next - 1 && !told)) {
                        next = revision + 1;
                        told = true;
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
        }
        onDone.accept(this);
    }

    private void call(Runnable action) {
        calling.lock();
        try {
            if (!done) {
                action.run();
            }
        } catch (RuntimeException | Error broken) {
            end(new StoreException(Reason.UNAVAILABLE, "the watcher threw " + broken, broken));
        } finally {
            calling.unlock();
        }
    }
}
