package io.felucca.kubelet;

import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.kubelet.cri.v1.PodSandbox;
import io.felucca.kubelet.cri.v1.PodSandboxState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what changed in the runtime, by listing it each second, and tells whose pod it was. One
 * list of everything is cheaper than an event stream that older runtimes don't have.
 */
final class Relist implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relist.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** A runtime that wasn't heard of for this long makes the node not ready. */
    static final Duration HEALTHY = Duration.ofMinutes(3);

    private final Cri cri;
    private final Clock clock;
    private final Consumer<String> changed;
    private final KubeletMetrics metrics;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final ScheduledFuture<?> timer;
    private volatile Instant lastSeen;
    private volatile boolean reachable = true;
    private volatile Set<String> podUids = Set.of();
    private volatile boolean listed;
    private Map<String, Seen> before = Map.of();

    private record Seen(String podUid, int state) {}

    /**
     * @param changed gets the uid of a pod whose sandboxes or containers changed
     */
    Relist(
            Cri cri,
            Clock clock,
            ScheduledExecutorService scheduler,
            Consumer<String> changed,
            KubeletMetrics metrics) {
        this.metrics = metrics;
        this.cri = cri;
        this.clock = clock;
        this.changed = changed;
        this.lastSeen = clock.instant();
        this.timer =
                scheduler.scheduleWithFixedDelay(
                        this::list, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean healthy() {
        return Duration.between(lastSeen, clock.instant()).compareTo(HEALTHY) < 0;
    }

    boolean reachable() {
        return reachable;
    }

    Instant lastSeen() {
        return lastSeen;
    }

    /** Pods that have something in the runtime; empty until the first list. */
    Set<String> podUids() {
        return podUids;
    }

    boolean listed() {
        return listed;
    }

    @Override
    public void close() {
        timer.cancel(false);
    }

    private void list() {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        long startNanos = metrics.now();
        var unused =
                cri.sandboxes(Map.of())
                        .thenCombine(
                                cri.containers(Map.of()),
                                (sandboxes, containers) -> {
                                    count(startNanos, sandboxes, containers);
                                    return snapshot(sandboxes, containers);
                                })
                        .whenComplete(
                                (now, failure) -> {
                                    if (failure == null) {
                                        compare(now);
                                    } else {
                                        lost(failure);
                                    }
                                    busy.set(false);
                                });
    }

    private void count(long startNanos, List<PodSandbox> sandboxes, List<Container> containers) {
        long running =
                sandboxes.stream()
                        .filter(one -> one.getState() == PodSandboxState.SANDBOX_READY)
                        .count();
        Map<String, Long> states = new HashMap<>();
        for (Container container : containers) {
            String state =
                    switch (container.getState()) {
                        case CONTAINER_CREATED -> "created";
                        case CONTAINER_RUNNING -> "running";
                        case CONTAINER_EXITED -> "exited";
                        case CONTAINER_UNKNOWN, UNRECOGNIZED -> "unknown";
                    };
            states.merge(state, 1L, Long::sum);
        }
        metrics.relisted(startNanos, clock.millis(), running, states);
    }

    private void lost(Throwable failure) {
        if (reachable) {
            reachable = false;
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            LOG.warn("the container runtime can't be reached: {}", cause.getMessage());
        }
        cri.reconnect();
    }

    private void compare(Map<String, Seen> now) {
        boolean back = !reachable;
        if (back) {
            LOG.info("the container runtime is back");
        }
        reachable = true;
        lastSeen = clock.instant();
        Set<String> uids = new HashSet<>();
        now.values().forEach(seen -> uids.add(seen.podUid()));
        podUids = Set.copyOf(uids);
        listed = true;
        Set<String> woken = new HashSet<>();
        if (back) {
            woken.addAll(uids);
        }
        now.forEach(
                (id, seen) -> {
                    if (!seen.equals(before.get(id))) {
                        woken.add(seen.podUid());
                    }
                });
        before.forEach(
                (id, seen) -> {
                    if (!now.containsKey(id)) {
                        woken.add(seen.podUid());
                    }
                });
        before = now;
        woken.forEach(changed);
    }

    private static Map<String, Seen> snapshot(
            List<PodSandbox> sandboxes, List<Container> containers) {
        Map<String, Seen> seen = new HashMap<>();
        for (PodSandbox sandbox : sandboxes) {
            String uid = sandbox.getLabelsOrDefault(Labels.POD_UID, "");
            if (!uid.isEmpty()) {
                seen.put(sandbox.getId(), new Seen(uid, sandbox.getStateValue()));
            }
        }
        for (Container container : containers) {
            String uid = container.getLabelsOrDefault(Labels.POD_UID, "");
            if (!uid.isEmpty()) {
                seen.put(container.getId(), new Seen(uid, container.getStateValue()));
            }
        }
        return seen;
    }
}
