package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The next step of a rolling update: the new set grows as far as the surge allows; old sets shrink
 * as far as enough pods stay available, those that never became ready first.
 */
final class RollingUpdate {
    private RollingUpdate() {}

    /** One set's new size. */
    record Step(ReplicaSet set, int replicas) {}

    /** What to do now; empty when nothing may be done before something becomes available. */
    static List<Step> plan(Deployment deployment, ReplicaSet fresh, List<ReplicaSet> old) {
        List<Step> growth = grow(deployment, fresh, old);
        return growth.isEmpty() ? shrink(deployment, fresh, old) : growth;
    }

    private static List<Step> grow(Deployment deployment, ReplicaSet fresh, List<ReplicaSet> old) {
        int wanted = deployment.getSpec().getReplicas();
        int has = size(fresh);
        if (has == wanted) {
            return List.of();
        }
        if (has > wanted) {
            return List.of(new Step(fresh, wanted));
        }
        int total = Math.max(has, pods(fresh)) + old.stream().mapToInt(RollingUpdate::pods).sum();
        int room = wanted + Budget.of(deployment).maxSurge() - total;
        int more = Math.min(room, wanted - has);
        return more <= 0 ? List.of() : List.of(new Step(fresh, has + more));
    }

    private static List<Step> shrink(
            Deployment deployment, ReplicaSet fresh, List<ReplicaSet> old) {
        int oldPods = old.stream().mapToInt(RollingUpdate::size).sum();
        if (oldPods == 0) {
            return List.of();
        }
        int least = deployment.getSpec().getReplicas() - Budget.of(deployment).maxUnavailable();
        int total = oldPods + size(fresh);
        int freshUnavailable = size(fresh) - available(fresh);
        List<ReplicaSet> oldestFirst =
                old.stream()
                        .filter(set -> size(set) > 0)
                        .sorted(
                                Comparator.comparing(
                                        set -> set.getMetadata().getCreationTimestamp(),
                                        Comparator.nullsLast(Comparator.naturalOrder())))
                        .toList();
        int mayGo = total - least - freshUnavailable;
        int availableNow = available(fresh) + old.stream().mapToInt(RollingUpdate::available).sum();
        int healthyMayGo = availableNow - least;
        List<Step> steps = new ArrayList<>();
        for (ReplicaSet set : oldestFirst) {
            int unhealthy = Math.min(size(set) - available(set), Math.max(0, mayGo));
            int healthy = Math.max(0, Math.min(healthyMayGo, size(set) - unhealthy));
            healthy = Math.min(healthy, available(set));
            if (unhealthy + healthy > 0) {
                steps.add(new Step(set, size(set) - unhealthy - healthy));
                mayGo -= unhealthy;
                healthyMayGo -= healthy;
            }
        }
        return steps;
    }

    /** What a set may have at most at this moment: one that shrinks still has its old pods. */
    static int pods(ReplicaSet set) {
        Integer present = set.getStatus() == null ? null : set.getStatus().getReplicas();
        return Math.max(size(set), present == null ? 0 : present);
    }

    static int size(ReplicaSet set) {
        Integer replicas = set.getSpec().getReplicas();
        return replicas == null ? 0 : replicas;
    }

    static int available(ReplicaSet set) {
        Integer count = set.getStatus() == null ? null : set.getStatus().getAvailableReplicas();
        return count == null ? 0 : Math.min(count, size(set));
    }
}
