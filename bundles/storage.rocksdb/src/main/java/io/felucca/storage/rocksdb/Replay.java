package io.felucca.storage.rocksdb;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.rocksdb.RocksIterator;

/**
 * Brings watches up to date from the history, on threads of its own, so that a long history or a
 * slow watcher doesn't hold up the writer. Only the last few revisions are delivered on the
 * writer's thread, where nothing new can come in between; then the watch is live.
 */
final class Replay {
    /** A watch no further behind than this is caught up by the writer: some milliseconds. */
    private static final long HAND_OVER_REVISIONS = 64;

    private static final int CHUNK_CHANGES = 500;
    private static final long CHUNK_BYTES = 4 << 20;

    private final Disk disk;
    private final WatchHub hub;
    private final Writer writer;
    private final ExecutorService threads;

    Replay(Disk disk, WatchHub hub, Writer writer, ExecutorService threads) {
        this.disk = disk;
        this.hub = hub;
        this.writer = writer;
        this.threads = threads;
    }

    /** Replays what a watch has missed, then makes it live. */
    void start(StoreWatch watch) {
        execute(watch, () -> run(watch));
    }

    /** Tells a watch that is live already where it is. */
    void greet(StoreWatch watch, long caughtUpWith) {
        execute(watch, () -> watch.progress(caughtUpWith));
    }

    /**
     * Tells a watcher that its watch does not start: not on the caller's thread, where one that
     * watches again at once would call itself without end. Only a closed store has no other.
     */
    void refuse(StoreWatch watch, StoreException reason) {
        execute(watch, () -> watch.end(reason));
    }

    private void execute(StoreWatch watch, Runnable step) {
        try {
            threads.execute(() -> guarded(watch, step));
        } catch (RejectedExecutionException full) {
            watch.end(
                    threads.isShutdown()
                            ? new StoreException(Reason.UNAVAILABLE, "the store is closed")
                            : new StoreException(
                                    Reason.OVERLOADED, "too many watches start at once"));
        }
    }

    private void run(StoreWatch watch) {
        while (!watch.done()) {
            long upTo = hub.published();
            if (upTo - watch.next() < HAND_OVER_REVISIONS) {
                writer.execute(() -> guarded(watch, () -> handOver(watch)));
                return;
            }
            chunk(watch, upTo);
        }
    }

    /** On the writer's thread: what is published stays as it is meanwhile. */
    private void handOver(StoreWatch watch) {
        long upTo = hub.published();
        if (upTo - watch.next() > 4 * HAND_OVER_REVISIONS) {
            start(watch);
            return;
        }
        while (watch.next() <= upTo && !watch.done()) {
            chunk(watch, upTo);
        }
        hub.join(watch);
        watch.progress(upTo);
    }

    /** Whatever goes wrong with one watch ends that watch and nothing else. */
    private static void guarded(StoreWatch watch, Runnable step) {
        try {
            step.run();
        } catch (StoreException failed) {
            watch.end(failed);
        } catch (RuntimeException failed) {
            watch.end(new StoreException(Reason.UNAVAILABLE, "replay failed: " + failed, failed));
        }
    }

    /** Delivers some whole revisions from where the watch is. */
    private void chunk(StoreWatch watch, long upTo) {
        List<Change> changes = new ArrayList<>();
        long through = upTo;
        try (Disk.View view = disk.view();
                RocksIterator iterator = view.iterator()) {
            // Asked after the view was taken: what the view shows was complete from there on.
            Optional<StoreException> gone = hub.gone(watch.next());
            if (gone.isPresent()) {
                watch.end(gone.get());
                return;
            }
            long bytes = 0;
            iterator.seek(Format.changeKey(watch.next(), 0));
            while (iterator.isValid() && iterator.key()[0] == Format.ALL_CHANGES[0]) {
                long revision = Format.revisionOfChange(iterator.key());
                boolean full = changes.size() >= CHUNK_CHANGES || bytes >= CHUNK_BYTES;
                if (revision > upTo) {
                    break;
                }
                if (full && revision > changes.get(changes.size() - 1).revision()) {
                    through = revision - 1;
                    break;
                }
                byte[] stored = iterator.value();
                String key = Format.keyOfChange(stored);
                if (watch.matches(key)) {
                    Change change = change(view, revision, key, stored);
                    changes.add(change);
                    bytes += size(change);
                }
                iterator.next();
            }
            disk.check(iterator);
        }
        watch.deliver(changes, through);
    }

    private static Change change(Disk.View view, long revision, String key, byte[] stored) {
        long previous = Format.previousOfChange(stored);
        return new Change(
                revision,
                key,
                view.version(key, revision),
                previous == 0 ? Optional.empty() : view.version(key, previous));
    }

    private static long size(Change change) {
        return change.current().map(item -> (long) item.value().length).orElse(0L)
                + change.previous().map(item -> (long) item.value().length).orElse(0L);
    }
}
