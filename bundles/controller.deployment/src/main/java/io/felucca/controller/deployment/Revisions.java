package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The history of a deployment: its sets' revision numbers, and which sets may be forgotten. */
final class Revisions {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";

    /** Annotations that stay with the deployment and don't describe a revision. */
    private static final Set<String> NOT_COPIED =
            Set.of(
                    REVISION,
                    HISTORY,
                    DESIRED,
                    MAX,
                    "kubectl.kubernetes.io/last-applied-configuration",
                    "deprecated.deployment.rollback.to");

    private Revisions() {}

    static long of(ReplicaSet set) {
        String text = annotations(set.getMetadata().getAnnotations()).getOrDefault(REVISION, "0");
        return Long.parseLong(text);
    }

    static long highest(List<ReplicaSet> sets) {
        return sets.stream().mapToLong(Revisions::of).max().orElse(0);
    }

    /** The new set's annotations: the deployment's own, its revision, and its sizes. */
    static Map<String, String> annotations(
            Deployment deployment, Map<String, String> present, long revision) {
        Map<String, String> all = new HashMap<>(annotations(present));
        annotations(deployment.getMetadata().getAnnotations())
                .forEach(
                        (key, value) -> {
                            if (!NOT_COPIED.contains(key)) {
                                all.put(key, value);
                            }
                        });
        String before = all.get(REVISION);
        String now = Long.toString(revision);
        if (!now.equals(before)) {
            all.put(REVISION, now);
            if (before != null && !before.isEmpty()) {
                all.merge(HISTORY, before, (older, one) -> older + "," + one);
            }
        }
        all.putAll(sizes(deployment));
        return all;
    }

    /** What every set of the deployment is told of its size, for proportional scaling. */
    static Map<String, String> sizes(Deployment deployment) {
        int wanted = deployment.getSpec().getReplicas();
        return Map.of(
                DESIRED,
                Integer.toString(wanted),
                MAX,
                Integer.toString(wanted + Budget.of(deployment).maxSurge()));
    }

    /** Old sets beyond the history's limit that have no pods left, the oldest first. */
    static List<ReplicaSet> toForget(Deployment deployment, List<ReplicaSet> old) {
        Integer limit = deployment.getSpec().getRevisionHistoryLimit();
        if (limit == null) {
            return List.of();
        }
        List<ReplicaSet> done =
                old.stream()
                        .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
                        .sorted(Comparator.comparingLong(Revisions::of))
                        .toList();
        return done.subList(0, Math.max(0, done.size() - limit)).stream()
                .filter(set -> RollingUpdate.size(set) == 0 && !hasPods(set) && isObserved(set))
                .toList();
    }

    private static boolean hasPods(ReplicaSet set) {
        return set.getStatus() != null
                && set.getStatus().getReplicas() != null
                && set.getStatus().getReplicas() != 0;
    }

    private static boolean isObserved(ReplicaSet set) {
        return set.getStatus() != null
                && set.getMetadata().getGeneration() != null
                && set.getMetadata()
                        .getGeneration()
                        .equals(set.getStatus().getObservedGeneration());
    }

    private static Map<String, String> annotations(Map<String, String> present) {
        return present == null ? Map.of() : present;
    }
}
