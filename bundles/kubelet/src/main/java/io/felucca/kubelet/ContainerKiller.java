package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.EventRecorder;
import io.felucca.kubelet.cri.Cri;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends the containers of one pod: preStop hook, signal, grace, kill. Used by one worker; an ending
 * goes on by itself and wakes it.
 */
final class ContainerKiller {
    /** Even who has used up its grace in the hook gets this long. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private final Cri cri;
    private final LifecycleHooks hooks;
    private final EventRecorder events;
    private final Clock clock;
    private final Runnable wake;
    private final Map<String, Ending> endings = new HashMap<>();

    private record Ending(Instant deadline, CompletableFuture<Void> done) {}

    ContainerKiller(
            Cri cri, LifecycleHooks hooks, EventRecorder events, Clock clock, Runnable wake) {
        this.cri = cri;
        this.hooks = hooks;
        this.events = events;
        this.clock = clock;
        this.wake = wake;
    }

    /**
     * Starts to end a container, or hastens it; does nothing if that is under way already.
     *
     * @param pod null if nothing is known of it any more
     * @param container null likewise; then there is no hook
     */
    void kill(
            Pod pod,
            Container container,
            PodRuntime.Instance instance,
            Duration grace,
            String why,
            String podIp) {
        Instant now = clock.instant();
        Instant deadline = now.plus(grace);
        Ending before = endings.get(instance.id());
        if (before != null && !before.done().isDone()) {
            if (deadline.isBefore(before.deadline().minus(LEAST))) {
                begin(instance.id(), deadline, cri.stopContainer(instance.id(), grace));
            }
            return;
        }
        if (pod != null) {
            events.at(Containers.fieldPath(pod, instance.status().getMetadata().getName()))
                    .normal(pod, "Killing", why);
        }
        CompletableFuture<Void> hook =
                preStop(container)
                        .filter(handler -> !grace.isZero())
                        .map(handler -> runHook(pod, container, handler, instance, grace, podIp))
                        .orElse(CompletableFuture.completedFuture(null));
        begin(
                instance.id(),
                deadline,
                hook.thenCompose(ran -> cri.stopContainer(instance.id(), left(deadline, grace))));
    }

    /** Forgets what has ended. */
    void forget(PodRuntime runtime) {
        endings.keySet()
                .removeIf(id -> runtime.running().stream().noneMatch(one -> one.id().equals(id)));
    }

    private void begin(String id, Instant deadline, CompletableFuture<Void> done) {
        endings.put(id, new Ending(deadline, done));
        var unused = done.whenComplete((nothing, failure) -> wake.run());
    }

    private Duration left(Instant deadline, Duration grace) {
        if (grace.compareTo(LEAST) < 0) {
            return grace;
        }
        Duration left = Duration.between(clock.instant(), deadline);
        // The runtime counts whole seconds.
        Duration whole = Duration.ofSeconds((left.toMillis() + 999) / 1000);
        return whole.compareTo(LEAST) < 0 ? LEAST : whole;
    }

    private CompletableFuture<Void> runHook(
            Pod pod,
            Container container,
            LifecycleHandler handler,
            PodRuntime.Instance instance,
            Duration grace,
            String podIp) {
        return hooks.run(handler, container, instance.id(), podIp, grace)
                .completeOnTimeout(null, grace.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(
                        failure -> {
                            events.at(Containers.fieldPath(pod, container.getName()))
                                    .warning(pod, "FailedPreStopHook", "PreStopHook failed");
                            return null;
                        });
    }

    private static Optional<LifecycleHandler> preStop(Container container) {
        return container == null || container.getLifecycle() == null
                ? Optional.empty()
                : Optional.ofNullable(container.getLifecycle().getPreStop());
    }
}
