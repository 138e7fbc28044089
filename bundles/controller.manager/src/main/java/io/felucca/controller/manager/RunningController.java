package io.felucca.controller.manager;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.controller.api.TerminalException;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One controller at work: its sources, its queue, and at most so many workers of the shared pool.
 */
final class RunningController {
    private static final Logger LOG = LoggerFactory.getLogger(RunningController.class);
    private static final long DRAIN_SECONDS = 5;
    private static final Duration LISTERS_SYNC = Duration.ofMillis(200);

    private final String name;
    private final Reconciler reconciler;
    private final Clients clients;
    private final Workers pool;
    private final int workers;
    private final Semaphore free;
    private final QueueMetrics.One metrics;
    private final WorkQueue queue;
    private final List<Informer<?>> informers = new ArrayList<>();
    private final Map<Key, Long> wrote = new ConcurrentHashMap<>();

    /** When a key comes back by itself: once, however often it was worked on meanwhile. */
    private final Map<Key, Visit> visits = new ConcurrentHashMap<>();

    private volatile boolean stopped;

    private record Visit(long atNanos, Future<?> timer) {}

    RunningController(
            String name,
            Reconciler reconciler,
            Clients clients,
            Workers pool,
            int workers,
            QueueMetrics metrics) {
        this.metrics = metrics.of(queueName(name));
        this.queue = new WorkQueue(this.metrics);
        this.name = name;
        this.reconciler = reconciler;
        this.clients = clients;
        this.pool = pool;
        this.workers = workers;
        this.free = new Semaphore(workers);
    }

    /** As upstream names the queues of its controllers. */
    private static String queueName(String controller) {
        String suffix = "-controller";
        return controller.endsWith(suffix)
                ? controller.substring(0, controller.length() - suffix.length())
                : controller;
    }

    WorkQueue queue() {
        return queue;
    }

    void start(Informers all) {
        reconciler.started(this::add);
        for (Source<?> source : reconciler.sources()) {
            follow(all, source);
        }
        LOG.info("controller {} runs", name);
    }

    private <T extends HasMetadata> void follow(Informers all, Source<T> source) {
        Informer<T> informer = all.of(source.type());
        informers.add(informer);
        informer.onChange(change -> take(source, change));
    }

    /**
     * A source may ask listers, which know nothing while they list anew; then it is asked again.
     */
    private <T extends HasMetadata> void take(Source<T> source, Informer.Change<T> change) {
        if (stopped) {
            return;
        }
        try {
            source.concerned(change).forEach(this::add);
        } catch (ApiException e) {
            LOG.debug("{}: a change waits: {}", name, e.getMessage());
            Future<?> unused = pool.after(LISTERS_SYNC, () -> take(source, change));
        }
    }

    private void add(Key key) {
        if (!stopped && queue.add(key)) {
            pool.execute(this::work);
        }
    }

    /**
     * Takes keys as long as there are some and a place among the workers is free. A key that came
     * just before the place was given back found none free, so the queue is looked at once more.
     */
    private void work() {
        do {
            if (!free.tryAcquire()) {
                return;
            }
            try {
                Optional<Key> next = queue.take();
                while (!stopped && next.isPresent()) {
                    handle(next.get());
                    next = queue.take();
                }
            } finally {
                free.release();
            }
        } while (!stopped && queue.depth() > 0);
    }

    private void handle(Key key) {
        try {
            if (waitsForItsOwnWrites(key)) {
                return;
            }
            clients.resetLastWrite();
            try {
                Result result = reconciler.reconcile(key);
                queue.succeeded(key);
                result.after().ifPresent(delay -> later(key, delay));
            } finally {
                remember(key, clients.lastWrite());
            }
        } catch (TerminalException e) {
            LOG.warn("{}: {} can't be reconciled as it is: {}", name, key, e.getMessage());
            queue.succeeded(key);
        } catch (ApiException e) {
            backOff(key, e);
        } catch (RuntimeException | LinkageError e) {
            // A bundle that is being replaced may lack its classes for a moment.
            LOG.error("{}: {} failed", name, key, e);
            later(key, queue.failed(key));
        } finally {
            if (queue.done(key)) {
                pool.execute(this::work);
            }
        }
    }

    private void backOff(Key key, ApiException e) {
        Duration pause = queue.failed(key);
        // The ordinary ways to learn that somebody else was faster.
        if (e.reason() == StatusReason.Conflict || e.reason() == StatusReason.NotFound) {
            LOG.debug("{}: {}: {}", name, key, e.getMessage());
        } else {
            LOG.info("{}: {} again in {}: {}", name, key, pause, e.getMessage());
        }
        later(key, pause);
    }

    /** A key whose last writes its informers haven't seen would be decided on what was before. */
    private boolean waitsForItsOwnWrites(Key key) {
        Long needed = wrote.get(key);
        for (Informer<?> informer : informers) {
            long revision = needed == null ? 0 : needed;
            if (!informer.synced() || informer.revision() < revision) {
                informer.whenReached(revision, () -> add(key));
                return true;
            }
        }
        wrote.remove(key);
        return false;
    }

    private void remember(Key key, long revision) {
        if (revision > 0) {
            wrote.put(key, revision);
        }
    }

    /** The soonest counts, as in upstream's queues: work that is done by then plans its next. */
    private void later(Key key, Duration delay) {
        long at = System.nanoTime() + delay.toNanos();
        visits.compute(
                key,
                (same, planned) -> {
                    if (planned != null && planned.atNanos() - at <= 0) {
                        return planned;
                    }
                    if (planned != null) {
                        planned.timer().cancel(false);
                    }
                    return new Visit(at, pool.after(delay, () -> visit(key)));
                });
    }

    private void visit(Key key) {
        visits.remove(key);
        add(key);
    }

    /** Ends it; returns when no key is worked on any more, or after a few seconds. */
    void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        informers.forEach(Informer::close);
        try {
            if (!free.tryAcquire(workers, DRAIN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("controller {} is still at work and goes nevertheless", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        visits.values().forEach(visit -> visit.timer().cancel(false));
        metrics.close();
        LOG.info("controller {} stopped", name);
    }
}
