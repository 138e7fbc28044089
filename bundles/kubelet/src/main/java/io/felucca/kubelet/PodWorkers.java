package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Informer;
import io.felucca.kubelet.cri.CriException;
import io.felucca.machinery.ApiException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker for each pod, on a bounded pool: woken from any side, never running twice at once.
 * Thread-safe.
 */
final class PodWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorkers.class);

    /** Sandboxes are made by calls that wait; more at once only makes the runtime slower. */
    private static final int THREADS = 24;

    /** A pod is queued at most once, so this is more than a node takes; beyond it, they wait. */
    private static final int QUEUE = 2048;

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Both together are less than requests wait for the next kubelet. */
    private static final int DRAIN_MILLIS = 800;

    private static final int INTERRUPTED_MILLIS = 400;

    private final PodParts parts;
    private final Informer<Pod> pods;
    private final ScheduledExecutorService scheduler;
    private final ThreadPoolExecutor pool;
    private final KubeletMetrics metrics;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private Set<String> suspects = Set.of();

    private enum Turn {
        IDLE,
        QUEUED,
        RUNNING,
        RUNNING_AND_WOKEN
    }

    private final class Slot {
        final PodWorker worker;
        final AtomicReference<Turn> turn = new AtomicReference<>(Turn.IDLE);
        volatile ScheduledFuture<?> timer;

        /** When it was seen first, unless it ran already; 0 once it runs. */
        private volatile long awaitedSinceNanos;

        Slot(String uid) {
            worker = new PodWorker(uid, parts, pods::list, () -> wake(uid), () -> closed);
        }

        /** Called by the informer, one change at a time. */
        void seen(boolean isFirst, Pod pod) {
            boolean runs = pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase());
            if (isFirst && !runs) {
                awaitedSinceNanos = metrics.now();
            } else if (runs && awaitedSinceNanos != 0) {
                metrics.podRuns(awaitedSinceNanos);
                awaitedSinceNanos = 0;
            }
        }
    }

    PodWorkers(
            PodParts parts,
            Informer<Pod> pods,
            ScheduledExecutorService scheduler,
            KubeletMetrics metrics) {
        this.metrics = metrics;
        this.parts = parts;
        this.pods = pods;
        this.scheduler = scheduler;
        this.pool =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE),
                        new NamedThreads("kubelet-pod"));
        pool.allowCoreThreadTimeOut(true);
    }

    /** Begins to follow the informer. */
    void start() {
        pods.onChange(
                change -> {
                    Pod pod = change.latest();
                    String uid = pod.getMetadata().getUid();
                    // One object can stand for two pods: deleted and created again under its name.
                    change.before()
                            .map(before -> before.getMetadata().getUid())
                            .filter(before -> !before.equals(uid))
                            .ifPresent(this::lost);
                    if (change.now().isPresent()) {
                        boolean isFirst = !slots.containsKey(uid);
                        slot(uid).seen(isFirst, pod);
                        slot(uid).worker.offer(pod);
                        wake(uid);
                    } else {
                        slot(uid).worker.offer(pod);
                        lost(uid);
                    }
                });
    }

    /** Makes a pod's worker look again soon; nothing happens for a pod that nobody knows. */
    void wake(String uid) {
        Slot slot = slots.get(uid);
        if (slot == null || closed) {
            return;
        }
        while (true) {
            Turn turn = slot.turn.get();
            switch (turn) {
                case QUEUED, RUNNING_AND_WOKEN -> {
                    return;
                }
                case RUNNING -> {
                    if (slot.turn.compareAndSet(turn, Turn.RUNNING_AND_WOKEN)) {
                        return;
                    }
                }
                case IDLE -> {
                    if (slot.turn.compareAndSet(turn, Turn.QUEUED)) {
                        submit(uid, slot);
                        return;
                    }
                }
            }
        }
    }

    /**
     * Takes care of what the runtime has of pods that are not in the API. Called now and then by
     * one thread; acts on the second call that finds the same, for both views lag behind a little.
     */
    void adoptOrphans(Set<String> uidsInRuntime) {
        if (!pods.synced()) {
            return;
        }
        Set<String> known = new HashSet<>();
        pods.list().forEach(pod -> known.add(pod.getMetadata().getUid()));
        Set<String> found = new HashSet<>();
        for (String uid : uidsInRuntime) {
            if (!known.contains(uid) && !slots.containsKey(uid)) {
                found.add(uid);
                if (suspects.contains(uid)) {
                    LOG.info("pod {} is not in the API any more and is removed", uid);
                    lost(uid);
                }
            }
        }
        suspects = found;
    }

    /** Lets steps under way end for a moment; containers are left alone. */
    @Override
    public void close() {
        closed = true;
        slots.values().forEach(PodWorkers::cancelTimer);
        // What is under way ends by itself after its present call; only what hangs is interrupted.
        pool.shutdown();
        try {
            if (!pool.awaitTermination(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                pool.shutdownNow();
                if (!pool.awaitTermination(INTERRUPTED_MILLIS, TimeUnit.MILLISECONDS)) {
                    LOG.warn("some pod workers do not stop");
                }
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void lost(String uid) {
        slot(uid).worker.lost();
        wake(uid);
    }

    private Slot slot(String uid) {
        return slots.computeIfAbsent(uid, Slot::new);
    }

    private void submit(String uid, Slot slot) {
        try {
            pool.execute(() -> turn(uid, slot));
        } catch (RejectedExecutionException e) {
            slot.turn.set(Turn.IDLE);
            later(uid, slot, RETRY);
        }
    }

    private void turn(String uid, Slot slot) {
        if (closed) {
            return;
        }
        slot.turn.set(Turn.RUNNING);
        Duration again = RETRY;
        long startNanos = metrics.now();
        try {
            again = slot.worker.step();
            metrics.synced(startNanos);
        } catch (CriException e) {
            if (!e.isUnavailable()) {
                LOG.warn("pod {}: {}", uid, e.getMessage());
            }
        } catch (ApiException e) {
            LOG.info("pod {}: {}", uid, e.getMessage());
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("pod {}", uid, e);
            }
        }
        if (closed) {
            return;
        }
        if (slot.worker.finished()) {
            slots.remove(uid);
            cancelTimer(slot);
            return;
        }
        if (slot.turn.compareAndSet(Turn.RUNNING, Turn.IDLE)) {
            later(uid, slot, again);
        } else {
            slot.turn.set(Turn.QUEUED);
            submit(uid, slot);
        }
    }

    private void later(String uid, Slot slot, Duration after) {
        cancelTimer(slot);
        try {
            slot.timer =
                    scheduler.schedule(() -> wake(uid), after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("pod {} is not woken again: the agent stops", uid);
        }
    }

    private static void cancelTimer(Slot slot) {
        ScheduledFuture<?> timer = slot.timer;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
