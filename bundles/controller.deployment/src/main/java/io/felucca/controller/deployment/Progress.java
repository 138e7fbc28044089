package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A deployment's status from its sets: the counts, and the conditions Available, Progressing and
 * ReplicaFailure with upstream's reasons and texts. Without a new set (a pause) the counts of the
 * new template are zero.
 */
final class Progress {
    private static final String AVAILABLE = "Available";
    private static final String PROGRESSING = "Progressing";
    private static final String FAILURE = "ReplicaFailure";
    private static final int NO_DEADLINE = Integer.MAX_VALUE;

    private final Deployment deployment;
    private final List<ReplicaSet> all;
    private final Optional<ReplicaSet> fresh;
    private final Instant now;

    Progress(Deployment deployment, List<ReplicaSet> all, Optional<ReplicaSet> fresh, Instant now) {
        this.deployment = deployment;
        this.all = all;
        this.fresh = fresh;
        this.now = now;
    }

    DeploymentStatus status() {
        int available = sum(ReplicaSetStatus::getAvailableReplicas);
        int wantedByAll = all.stream().mapToInt(RollingUpdate::size).sum();
        DeploymentStatus counts =
                new DeploymentStatusBuilder()
                        .withObservedGeneration(deployment.getMetadata().getGeneration())
                        .withReplicas(orNull(sum(ReplicaSetStatus::getReplicas)))
                        .withUpdatedReplicas(
                                orNull(
                                        fresh.map(set -> number(ReplicaSetStatus::getReplicas, set))
                                                .orElse(0)))
                        .withReadyReplicas(orNull(sum(ReplicaSetStatus::getReadyReplicas)))
                        .withAvailableReplicas(orNull(available))
                        .withUnavailableReplicas(orNull(Math.max(0, wantedByAll - available)))
                        .withTerminatingReplicas(sum(ReplicaSetStatus::getTerminatingReplicas))
                        .withCollisionCount(
                                deployment.getStatus() == null
                                        ? null
                                        : deployment.getStatus().getCollisionCount())
                        .build();
        counts.setConditions(conditions(counts, available));
        return counts;
    }

    /** When the deadline strikes if nothing happens until then; empty when none is running. */
    Optional<Duration> untilDeadline(DeploymentStatus status) {
        Optional<DeploymentCondition> progressing = find(status.getConditions(), PROGRESSING);
        if (!hasDeadline() || isComplete(status) || progressing.isEmpty() || isPaused()) {
            return Optional.empty();
        }
        String reason = progressing.get().getReason();
        if ("ProgressDeadlineExceeded".equals(reason) || "NewReplicaSetAvailable".equals(reason)) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, deadline(progressing.get()));
        return Optional.of(left.isNegative() ? Duration.ofMillis(1) : left.plusSeconds(1));
    }

    private List<DeploymentCondition> conditions(DeploymentStatus status, int available) {
        List<DeploymentCondition> conditions = new ArrayList<>(before());
        int least = deployment.getSpec().getReplicas() - Budget.of(deployment).maxUnavailable();
        set(
                conditions,
                available >= least
                        ? condition(
                                AVAILABLE,
                                "True",
                                "MinimumReplicasAvailable",
                                "Deployment has minimum availability.")
                        : condition(
                                AVAILABLE,
                                "False",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability."));
        progress(status).ifPresent(one -> set(conditions, one));
        Optional<ReplicaSetCondition> failure = failure();
        if (failure.isPresent()) {
            ReplicaSetCondition why = failure.get();
            set(conditions, condition(FAILURE, "True", why.getReason(), why.getMessage()));
        } else {
            conditions.removeIf(one -> one.getType().equals(FAILURE));
        }
        return conditions;
    }

    /** What to say of the progress; empty leaves what was said. */
    private Optional<DeploymentCondition> progress(DeploymentStatus status) {
        Optional<DeploymentCondition> said = find(before(), PROGRESSING);
        if (!hasDeadline()) {
            return Optional.empty();
        }
        if (isPaused()) {
            return Optional.of(
                    condition(PROGRESSING, "Unknown", "DeploymentPaused", "Deployment is paused"));
        }
        if (said.filter(one -> "DeploymentPaused".equals(one.getReason())).isPresent()) {
            return Optional.of(
                    condition(
                            PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed"));
        }
        String what = fresh.map(set -> set.getMetadata().getName()).orElse("");
        if (said.filter(one -> isDone(one, what, status)).isPresent()) {
            return Optional.empty();
        }
        if (isComplete(status)) {
            return Optional.of(
                    condition(
                            PROGRESSING,
                            "True",
                            "NewReplicaSetAvailable",
                            named("has successfully progressed.", what)));
        }
        boolean begins = said.isEmpty() || said.filter(one -> isOfAnother(one, what)).isPresent();
        if (begins && fresh.isPresent()) {
            return Optional.of(begun(what));
        }
        if (said.isEmpty() || isProgressing(status)) {
            return Optional.of(
                    condition(
                            PROGRESSING,
                            "True",
                            "ReplicaSetUpdated",
                            named("is progressing.", what)));
        }
        return isTimedOut(said.get())
                ? Optional.of(
                        condition(
                                PROGRESSING,
                                "False",
                                "ProgressDeadlineExceeded",
                                named("has timed out progressing.", what)))
                : Optional.empty();
    }

    /** The rollout of this set was over, and still is: what its pods do since is not progress. */
    private static boolean isDone(DeploymentCondition said, String set, DeploymentStatus status) {
        return "NewReplicaSetAvailable".equals(said.getReason())
                && !isOfAnother(said, set)
                && number(status.getReplicas()) == number(status.getUpdatedReplicas());
    }

    /** Whether it tells of the end of another set's rollout, so that the deadline runs anew. */
    private static boolean isOfAnother(DeploymentCondition said, String set) {
        return "NewReplicaSetAvailable".equals(said.getReason())
                && said.getMessage() != null
                && !said.getMessage().contains("\"" + set + "\"");
    }

    private DeploymentCondition begun(String set) {
        boolean again =
                fresh.map(one -> one.getMetadata().getAnnotations())
                        .filter(all -> all.containsKey(Revisions.HISTORY))
                        .isPresent();
        return condition(
                PROGRESSING,
                "True",
                again ? "FoundNewReplicaSet" : "NewReplicaSetCreated",
                (again ? "Found" : "Created") + " new replica set \"" + set + "\"");
    }

    private String named(String words, String set) {
        return set.isEmpty()
                ? "Deployment \"" + deployment.getMetadata().getName() + "\" " + words
                : "ReplicaSet \"" + set + "\" " + words;
    }

    private boolean isComplete(DeploymentStatus status) {
        int wanted = deployment.getSpec().getReplicas();
        return number(status.getUpdatedReplicas()) == wanted
                && number(status.getReplicas()) == wanted
                && number(status.getAvailableReplicas()) == wanted
                && Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration());
    }

    private boolean isProgressing(DeploymentStatus status) {
        DeploymentStatus old =
                deployment.getStatus() == null ? new DeploymentStatus() : deployment.getStatus();
        int oldPods = number(old.getReplicas()) - number(old.getUpdatedReplicas());
        int newPods = number(status.getReplicas()) - number(status.getUpdatedReplicas());
        return number(status.getUpdatedReplicas()) > number(old.getUpdatedReplicas())
                || newPods < oldPods
                || number(status.getReadyReplicas()) > number(old.getReadyReplicas())
                || number(status.getAvailableReplicas()) > number(old.getAvailableReplicas());
    }

    private boolean isTimedOut(DeploymentCondition said) {
        return !"NewReplicaSetAvailable".equals(said.getReason())
                && ("ProgressDeadlineExceeded".equals(said.getReason())
                        || !now.isBefore(deadline(said)));
    }

    private Instant deadline(DeploymentCondition said) {
        return Instant.parse(said.getLastUpdateTime())
                .plusSeconds(deployment.getSpec().getProgressDeadlineSeconds());
    }

    private boolean hasDeadline() {
        Integer seconds = deployment.getSpec().getProgressDeadlineSeconds();
        return seconds != null && seconds != NO_DEADLINE;
    }

    private boolean isPaused() {
        return Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    private Optional<ReplicaSetCondition> failure() {
        List<ReplicaSet> freshFirst = new ArrayList<>(all);
        fresh.ifPresent(
                set -> {
                    freshFirst.remove(set);
                    freshFirst.add(0, set);
                });
        return freshFirst.stream()
                .filter(set -> set.getStatus() != null)
                .flatMap(set -> set.getStatus().getConditions().stream())
                .filter(one -> one.getType().equals(FAILURE))
                .findFirst();
    }

    private List<DeploymentCondition> before() {
        return deployment.getStatus() == null ? List.of() : deployment.getStatus().getConditions();
    }

    private DeploymentCondition condition(
            String type, String status, String reason, String message) {
        String stamp = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(stamp)
                .withLastTransitionTime(stamp)
                .build();
    }

    /**
     * Puts a condition in the place of the one of its type. One that says the same stays as it was,
     * except ReplicaSetUpdated: its time is what the deadline counts from.
     */
    private static void set(List<DeploymentCondition> conditions, DeploymentCondition fresh) {
        Optional<DeploymentCondition> old = find(conditions, fresh.getType());
        if (old.isPresent()
                && old.get().getStatus().equals(fresh.getStatus())
                && Objects.equals(old.get().getReason(), fresh.getReason())
                && !"ReplicaSetUpdated".equals(fresh.getReason())) {
            return;
        }
        if (old.isPresent() && old.get().getStatus().equals(fresh.getStatus())) {
            fresh.setLastTransitionTime(old.get().getLastTransitionTime());
        }
        conditions.removeIf(one -> one.getType().equals(fresh.getType()));
        conditions.add(fresh);
    }

    private static Optional<DeploymentCondition> find(
            List<DeploymentCondition> conditions, String type) {
        return conditions.stream().filter(one -> one.getType().equals(type)).findFirst();
    }

    private int sum(Function<ReplicaSetStatus, Integer> field) {
        return all.stream().mapToInt(set -> number(field, set)).sum();
    }

    private static Integer orNull(int count) {
        return count == 0 ? null : count;
    }

    private static int number(Integer count) {
        return count == null ? 0 : count;
    }

    private static int number(Function<ReplicaSetStatus, Integer> field, ReplicaSet set) {
        return set.getStatus() == null ? 0 : number(field.apply(set.getStatus()));
    }
}
