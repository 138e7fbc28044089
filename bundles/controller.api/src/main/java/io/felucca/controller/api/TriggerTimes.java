package io.felucca.controller.api;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Service;
import io.felucca.client.api.Key;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When the oldest change happened that a service's endpoints don't show yet; network programming
 * latency is measured from it. Remembers what each service's pods said when last asked. Thread-safe
 * as long as one thread at a time asks about one service.
 */
public final class TriggerTimes {
    public static final String ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

    private final Map<Key, State> states = new ConcurrentHashMap<>();

    private record State(Instant service, Map<Key, Instant> pods) {}

    /** The oldest change since this was last asked; empty if nothing changed. */
    public Optional<Instant> since(Service service, Collection<Pod> pods) {
        Key key = Key.of(service);
        State before = states.get(key);
        Optional<Instant> oldest = Optional.empty();
        Map<Key, Instant> now = new HashMap<>();
        for (Pod pod : pods) {
            Optional<Instant> changed = changed(pod);
            if (changed.isPresent()) {
                now.put(Key.of(pod), changed.get());
                Instant known = before == null ? null : before.pods().get(Key.of(pod));
                oldest = older(oldest, changed.get(), known);
            }
        }
        String made = service.getMetadata().getCreationTimestamp();
        Instant created = made == null ? Instant.EPOCH : Instant.parse(made);
        oldest = older(oldest, created, before == null ? null : before.service());
        states.put(key, new State(created, now));
        return oldest;
    }

    /** The service is gone. */
    public void forget(Key service) {
        states.remove(service);
    }

    private static Optional<Instant> older(
            Optional<Instant> oldest, Instant changed, Instant known) {
        boolean isNew = known == null || changed.isAfter(known);
        return isNew && oldest.filter(one -> !one.isAfter(changed)).isEmpty()
                ? Optional.of(changed)
                : oldest;
    }

    private static Optional<Instant> changed(Pod pod) {
        return Pods.condition(pod, "Ready")
                .map(PodCondition::getLastTransitionTime)
                .map(Instant::parse);
    }
}
