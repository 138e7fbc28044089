package io.felucca.apiserver;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Watcher;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the cache fed from one store, through ends of the watch and changes of the store. All its
 * steps run on one scheduler, so only one connection is ever being made; the watch's own calls come
 * from the store's threads.
 *
 * <p>At the first load it goes back a little in the store's history, so that watchers of an earlier
 * server can resume where they were.
 */
final class CacheFeed {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFeed.class);
    private static final long[] HISTORY = {4_000, 400, 0};
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LONGEST_RETRY_MILLIS = 2_000;

    private final WatchCache cache;
    private final ScheduledExecutorService scheduler;
    private final Runnable onSynced;
    private volatile Connection connection;

    /** A store and the watch on it; the fields are the scheduler's, but for {@code synced}. */
    private final class Connection implements Watcher {
        private final Store store;
        private Store.Watch watch;
        private long retryMillis = FIRST_RETRY_MILLIS;
        private long target;
        private volatile boolean synced;
        private volatile String problem = "not connected yet";

        Connection(Store store) {
            this.store = store;
        }

        @Override
        public void onChanges(List<Change> changes) {
            if (connection == this) {
                cache.apply(changes);
                checkSynced();
            }
        }

        @Override
        public void onProgress(long revision) {
            if (connection == this) {
                cache.progress(revision);
                checkSynced();
            }
        }

        @Override
        public void onEnd(StoreException reason) {
            schedule(() -> reconnect(this, reason), 0);
        }

        private void checkSynced() {
            if (!synced && cache.revision() >= target) {
                synced = true;
                problem = "";
                onSynced.run();
            }
        }
    }

    /**
     * @param onSynced runs each time the cache has caught up with a newly connected store
     */
    CacheFeed(WatchCache cache, ScheduledExecutorService scheduler, Runnable onSynced) {
        this.cache = cache;
        this.scheduler = scheduler;
        this.onSynced = onSynced;
    }

    /** Feeds from this store from now on; null for none. */
    void use(Store store) {
        Connection old = connection;
        Connection fresh = store == null ? null : new Connection(store);
        connection = fresh;
        if (old != null) {
            schedule(() -> close(old), 0);
        }
        if (fresh != null) {
            schedule(() -> connect(fresh), 0);
        }
    }

    /** What is wrong; empty when the cache follows the store. */
    Optional<String> problem() {
        Connection current = connection;
        if (current == null) {
            return Optional.of("there is no store");
        }
        return current.problem.isEmpty() ? Optional.empty() : Optional.of(current.problem);
    }

    private void connect(Connection to) {
        if (connection != to) {
            return;
        }
        to.store
                .range(RangeRequest.key(Keys.ROOT))
                .whenComplete(
                        (result, failure) ->
                                schedule(
                                        () -> {
                                            if (failure != null) {
                                                retry(to, failure);
                                            } else {
                                                start(to, result.revision());
                                            }
                                        },
                                        0));
    }

    private void start(Connection to, long now) {
        if (cache.isLoaded() && now >= cache.revision()) {
            watch(to, now);
        } else {
            load(to, now, 0);
        }
    }

    private void load(Connection to, long now, int attempt) {
        // Only a first load looks back: a later one replaces a history that can't be continued.
        int from = cache.isLoaded() ? HISTORY.length - 1 : attempt;
        long at = Math.max(1, now - HISTORY[from]);
        to.store
                .range(RangeRequest.prefix(Keys.ROOT).atRevision(at))
                .whenComplete(
                        (result, failure) ->
                                schedule(() -> loaded(to, now, from, result, failure), 0));
    }

    private void loaded(
            Connection to, long now, int attempt, RangeResult result, Throwable failure) {
        if (connection != to) {
            return;
        }
        if (failure == null) {
            cache.load(result.items(), result.revision());
            watch(to, now);
        } else if (reason(failure) == Reason.COMPACTED && attempt + 1 < HISTORY.length) {
            load(to, now, attempt + 1);
        } else {
            retry(to, failure);
        }
    }

    private void watch(Connection to, long now) {
        if (connection != to) {
            return;
        }
        to.target = now;
        to.synced = false;
        to.retryMillis = FIRST_RETRY_MILLIS;
        to.problem = "catching up with the store";
        to.watch = to.store.watch(Keys.ROOT, cache.revision() + 1, to);
        to.checkSynced();
    }

    private void reconnect(Connection to, StoreException reason) {
        if (connection != to) {
            return;
        }
        to.problem = "the watch of the store ended: " + reason.getMessage();
        LOG.info("The watch of the store ended ({}): {}", reason.reason(), reason.getMessage());
        close(to);
        if (reason.reason() == Reason.COMPACTED) {
            to.store
                    .range(RangeRequest.key(Keys.ROOT))
                    .whenComplete(
                            (result, failure) ->
                                    schedule(
                                            () -> {
                                                if (failure != null) {
                                                    retry(to, failure);
                                                } else {
                                                    load(to, result.revision(), 0);
                                                }
                                            },
                                            0));
        } else {
            delay(to);
        }
    }

    private void retry(Connection to, Throwable failure) {
        if (connection != to) {
            return;
        }
        to.problem = "the store can't be read: " + cause(failure).getMessage();
        LOG.warn("The store can't be read; trying again", cause(failure));
        delay(to);
    }

    private void delay(Connection to) {
        schedule(() -> connect(to), to.retryMillis);
        to.retryMillis = Math.min(LONGEST_RETRY_MILLIS, to.retryMillis * 2);
    }

    private static void close(Connection old) {
        if (old.watch != null) {
            old.watch.close();
            old.watch = null;
        }
    }

    private void schedule(Runnable step, long delayMillis) {
        if (!scheduler.isShutdown()) {
            ScheduledFuture<?> unused =
                    scheduler.schedule(
                            Guarded.task("feeding the cache", step),
                            delayMillis,
                            TimeUnit.MILLISECONDS);
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static Reason reason(Throwable failure) {
        return cause(failure) instanceof StoreException store ? store.reason() : null;
    }
}
