package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Ownership;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a deployment's sets. */
final class ReplicaSets {
    private final Client<ReplicaSet> client;
    private final Client<Deployment> deployments;
    private final EventRecorder events;

    ReplicaSets(Client<ReplicaSet> client, Client<Deployment> deployments, EventRecorder events) {
        this.client = client;
        this.deployments = deployments;
        this.events = events;
    }

    /** Makes the set of the template of now, as large as the surge allows at once. */
    void create(Deployment deployment, List<ReplicaSet> owned) {
        long revision = Revisions.highest(owned) + 1;
        ReplicaSet set = fromTemplate(deployment, owned, revision);
        try {
            client.create(set);
            announce(deployment, set, 0, set.getSpec().getReplicas());
        } catch (ApiException e) {
            if (e.reason() != StatusReason.AlreadyExists) {
                throw e;
            }
            collided(deployment, set);
        }
        setRevision(deployment, revision);
    }

    private ReplicaSet fromTemplate(Deployment deployment, List<ReplicaSet> owned, long revision) {
        PodTemplateSpec template = deployment.getSpec().getTemplate();
        DeploymentStatus status = deployment.getStatus();
        String hash = Templates.hash(template, status == null ? null : status.getCollisionCount());
        LabelSelector selector = deployment.getSpec().getSelector();
        Map<String, String> selected = new HashMap<>();
        if (selector.getMatchLabels() != null) {
            selected.putAll(selector.getMatchLabels());
        }
        selected.put(Templates.HASH_LABEL, hash);
        Map<String, String> labels = new HashMap<>(template.getMetadata().getLabels());
        labels.put(Templates.HASH_LABEL, hash);
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withNamespace(deployment.getMetadata().getNamespace())
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withLabels(labels)
                .withAnnotations(Revisions.annotations(deployment, Map.of(), revision))
                .withOwnerReferences(Ownership.controlledBy(deployment))
                .endMetadata()
                .withNewSpec()
                .withReplicas(firstSize(deployment, owned))
                .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withSelector(new LabelSelector(selector.getMatchExpressions(), selected))
                .withTemplate(
                        template.edit().editMetadata().withLabels(labels).endMetadata().build())
                .endSpec()
                .build();
    }

    private static int firstSize(Deployment deployment, List<ReplicaSet> owned) {
        int wanted = deployment.getSpec().getReplicas();
        if (!Budget.isRolling(deployment)) {
            return wanted;
        }
        int present = owned.stream().mapToInt(RollingUpdate::pods).sum();
        int room = wanted + Budget.of(deployment).maxSurge() - present;
        return Math.max(0, Math.min(room, wanted));
    }

    /** The name is taken by a set of another template: count it, and the next hash differs. */
    private void collided(Deployment deployment, ReplicaSet set) {
        boolean sameTemplate =
                client.get(Key.of(set))
                        .filter(present -> Ownership.isControlledBy(present, deployment))
                        .filter(
                                present ->
                                        Templates.newest(deployment, List.of(present)).isPresent())
                        .isPresent();
        if (!sameTemplate) {
            DeploymentStatus status = deployment.getStatus();
            Integer before = status == null ? null : status.getCollisionCount();
            deployments.updateStatus(
                    deployment
                            .edit()
                            .editOrNewStatus()
                            .withCollisionCount(before == null ? 1 : before + 1)
                            .endStatus()
                            .build());
        }
    }

    /**
     * Keeps the new set's annotations and readiness delay current, and the highest revision number
     * on it: a rolled-back template's set becomes the newest again.
     *
     * @return whether something was written
     */
    boolean refresh(Deployment deployment, ReplicaSet fresh, List<ReplicaSet> owned) {
        long others = Revisions.highest(owned.stream().filter(set -> !set.equals(fresh)).toList());
        long revision = Math.max(Revisions.of(fresh), others + 1);
        Map<String, String> wanted =
                Revisions.annotations(deployment, fresh.getMetadata().getAnnotations(), revision);
        boolean changed =
                !wanted.equals(fresh.getMetadata().getAnnotations())
                        || number(fresh.getSpec().getMinReadySeconds())
                                != number(deployment.getSpec().getMinReadySeconds());
        if (changed) {
            client.update(
                    fresh.edit()
                            .editMetadata()
                            .withAnnotations(wanted)
                            .endMetadata()
                            .editSpec()
                            .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                            .endSpec()
                            .build());
        }
        return setRevision(deployment, revision) || changed;
    }

    private boolean setRevision(Deployment deployment, long revision) {
        Map<String, String> annotations = deployment.getMetadata().getAnnotations();
        String now = Long.toString(revision);
        if (annotations != null && now.equals(annotations.get(Revisions.REVISION))) {
            return false;
        }
        deployments.update(
                deployment
                        .edit()
                        .editMetadata()
                        .addToAnnotations(Revisions.REVISION, now)
                        .endMetadata()
                        .build());
        return true;
    }

    /** Gives a set its size, and tells it the deployment's; false if it has both already. */
    boolean resize(Deployment deployment, RollingUpdate.Step step) {
        ReplicaSet set = step.set();
        int before = RollingUpdate.size(set);
        Map<String, String> annotations = new HashMap<>();
        if (set.getMetadata().getAnnotations() != null) {
            annotations.putAll(set.getMetadata().getAnnotations());
        }
        annotations.putAll(Revisions.sizes(deployment));
        boolean told = annotations.equals(set.getMetadata().getAnnotations());
        if (before == step.replicas() && (told || before == 0)) {
            return false;
        }
        client.update(
                set.edit()
                        .editMetadata()
                        .withAnnotations(annotations)
                        .endMetadata()
                        .editSpec()
                        .withReplicas(step.replicas())
                        .endSpec()
                        .build());
        if (before != step.replicas()) {
            announce(deployment, set, before, step.replicas());
        }
        return true;
    }

    void forget(ReplicaSet set) {
        // Whether it was there or went by itself, it is gone.
        boolean unused =
                client.delete(Key.of(set), Client.Deletion.ofUid(set.getMetadata().getUid()));
    }

    private void announce(Deployment deployment, ReplicaSet set, int before, int now) {
        if (before != now) {
            events.normal(
                    deployment,
                    "ScalingReplicaSet",
                    (now > before ? "Scaled up" : "Scaled down")
                            + " replica set "
                            + set.getMetadata().getName()
                            + " from "
                            + before
                            + " to "
                            + now);
        }
    }

    private static int number(Integer value) {
        return value == null ? 0 : value;
    }
}
