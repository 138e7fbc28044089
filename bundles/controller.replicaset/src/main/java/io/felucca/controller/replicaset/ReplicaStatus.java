package io.felucca.controller.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Pods;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.LabelSelector;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a ReplicaSet's pods amount to. */
final class ReplicaStatus {
    private static final String FAILURE = "ReplicaFailure";

    private ReplicaStatus() {}

    /**
     * @param claimed all pods that are the set's, finished and going ones too
     * @param failure what kept pods from being made or removed, or null
     */
    static ReplicaSetStatus of(
            ReplicaSet set,
            List<Pod> claimed,
            List<Pod> active,
            Instant now,
            ApiException failure) {
        LabelSelector template =
                LabelSelector.ofLabels(set.getSpec().getTemplate().getMetadata().getLabels());
        int minReady = minReadySeconds(set);
        return new ReplicaSetStatusBuilder()
                .withReplicas(active.size())
                .withFullyLabeledReplicas(
                        orNull(
                                active.stream()
                                        .filter(pod -> template.matches(Selectors.labels(pod)))
                                        .count()))
                .withReadyReplicas(orNull(active.stream().filter(Pods::isReady).count()))
                .withAvailableReplicas(
                        orNull(
                                active.stream()
                                        .filter(pod -> Pods.isAvailable(pod, minReady, now))
                                        .count()))
                .withTerminatingReplicas(
                        (int)
                                claimed.stream()
                                        .filter(
                                                pod ->
                                                        pod.getMetadata().getDeletionTimestamp()
                                                                        != null
                                                                && !Pods.isFinished(pod))
                                        .count())
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withConditions(conditions(set, active.size(), now, failure))
                .build();
    }

    static int minReadySeconds(ReplicaSet set) {
        Integer seconds = set.getSpec().getMinReadySeconds();
        return seconds == null ? 0 : seconds;
    }

    /** Zero is not written, as upstream doesn't. */
    private static Integer orNull(long count) {
        return count == 0 ? null : (int) count;
    }

    private static List<ReplicaSetCondition> conditions(
            ReplicaSet set, int active, Instant now, ApiException failure) {
        List<ReplicaSetCondition> before =
                set.getStatus() == null ? List.of() : set.getStatus().getConditions();
        List<ReplicaSetCondition> others =
                new ArrayList<>(
                        before.stream().filter(one -> !one.getType().equals(FAILURE)).toList());
        if (failure != null) {
            String reason = active < set.getSpec().getReplicas() ? "FailedCreate" : "FailedDelete";
            Optional<ReplicaSetCondition> same =
                    before.stream()
                            .filter(one -> one.getType().equals(FAILURE))
                            .filter(one -> reason.equals(one.getReason()))
                            .filter(one -> failure.getMessage().equals(one.getMessage()))
                            .findFirst();
            others.add(
                    same.orElseGet(
                            () ->
                                    new ReplicaSetConditionBuilder()
                                            .withType(FAILURE)
                                            .withStatus("True")
                                            .withReason(reason)
                                            .withMessage(failure.getMessage())
                                            .withLastTransitionTime(
                                                    now.truncatedTo(ChronoUnit.SECONDS).toString())
                                            .build()));
        }
        return others;
    }
}
