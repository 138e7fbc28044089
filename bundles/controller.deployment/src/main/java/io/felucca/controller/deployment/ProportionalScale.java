package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A change of size during a rollout or a pause: each set with pods gets its share, so that a bad
 * new template does not take all the growth. The largest sets come first and take what rounding
 * leaves.
 */
final class ProportionalScale {
    private ProportionalScale() {}

    /** Whether the deployment's size differs from what its sets with pods were last told. */
    static boolean isNeeded(Deployment deployment, List<ReplicaSet> sets) {
        String wanted = Integer.toString(deployment.getSpec().getReplicas());
        return sets.stream()
                .filter(set -> RollingUpdate.size(set) > 0)
                .map(set -> annotation(set, Revisions.DESIRED))
                .anyMatch(told -> told != null && !told.equals(wanted));
    }

    /** The sets' new sizes; each set with pods appears, also where the size stays. */
    static List<RollingUpdate.Step> plan(
            Deployment deployment, ReplicaSet fresh, List<ReplicaSet> sets) {
        List<ReplicaSet> active = sets.stream().filter(set -> RollingUpdate.size(set) > 0).toList();
        int wanted = deployment.getSpec().getReplicas();
        if (active.size() <= 1) {
            ReplicaSet only = active.isEmpty() ? freshOrLatest(fresh, sets) : active.get(0);
            return only == null ? List.of() : List.of(new RollingUpdate.Step(only, wanted));
        }
        if (fresh != null && isSaturated(deployment, fresh)) {
            return active.stream()
                    .filter(set -> !set.equals(fresh))
                    .map(set -> new RollingUpdate.Step(set, 0))
                    .toList();
        }
        return Budget.isRolling(deployment) ? spread(deployment, active) : List.of();
    }

    private static ReplicaSet freshOrLatest(ReplicaSet fresh, List<ReplicaSet> sets) {
        return fresh != null
                ? fresh
                : sets.stream()
                        .max(
                                Comparator.comparing(
                                        set -> set.getMetadata().getCreationTimestamp(),
                                        Comparator.nullsFirst(Comparator.naturalOrder())))
                        .orElse(null);
    }

    /** Whether the new set alone is all that the deployment wants. */
    private static boolean isSaturated(Deployment deployment, ReplicaSet fresh) {
        int wanted = deployment.getSpec().getReplicas();
        return Integer.toString(wanted).equals(annotation(fresh, Revisions.DESIRED))
                && RollingUpdate.size(fresh) == wanted
                && RollingUpdate.available(fresh) == wanted;
    }

    private static List<RollingUpdate.Step> spread(Deployment deployment, List<ReplicaSet> active) {
        int total = active.stream().mapToInt(RollingUpdate::size).sum();
        int allowed =
                deployment.getSpec().getReplicas() == 0
                        ? 0
                        : deployment.getSpec().getReplicas() + Budget.of(deployment).maxSurge();
        int difference = allowed - total;
        Comparator<String> age = Comparator.naturalOrder();
        Comparator<ReplicaSet> byAge =
                Comparator.comparing(
                        set -> set.getMetadata().getCreationTimestamp(),
                        Comparator.nullsLast(difference > 0 ? age.reversed() : age));
        List<ReplicaSet> largestFirst =
                active.stream()
                        .sorted(
                                Comparator.comparing(
                                                RollingUpdate::size,
                                                Comparator.<Integer>reverseOrder())
                                        .thenComparing(byAge))
                        .toList();
        List<RollingUpdate.Step> steps = new ArrayList<>();
        int left = difference;
        for (ReplicaSet set : largestFirst) {
            int share = left == 0 ? 0 : bounded(share(deployment, set, allowed), left);
            steps.add(new RollingUpdate.Step(set, RollingUpdate.size(set) + share));
            left -= share;
        }
        if (left != 0) {
            RollingUpdate.Step first = steps.get(0);
            steps.set(0, new RollingUpdate.Step(first.set(), Math.max(0, first.replicas() + left)));
        }
        return steps;
    }

    /** By how much a set of this size should change when all together may be {@code allowed}. */
    private static int share(Deployment deployment, ReplicaSet set, int allowed) {
        int size = RollingUpdate.size(set);
        if (deployment.getSpec().getReplicas() == 0) {
            return -size;
        }
        String told = annotation(set, Revisions.MAX);
        double before = told == null ? deployment.getSpec().getReplicas() : Integer.parseInt(told);
        return before == 0 ? 0 : (int) Math.round(size * (double) allowed / before) - size;
    }

    private static int bounded(int share, int left) {
        return left > 0 ? Math.max(0, Math.min(share, left)) : Math.min(0, Math.max(share, left));
    }

    private static String annotation(ReplicaSet set, String name) {
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(name);
    }
}
