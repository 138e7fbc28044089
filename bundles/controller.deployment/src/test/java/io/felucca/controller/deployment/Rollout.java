package io.felucca.controller.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategyBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Pods;
import io.felucca.controller.api.Result;
import io.felucca.controller.replicaset.ReplicaSetController;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A deployment in a fake cluster, with both controllers and what server and node add to it. */
final class Rollout {
    static final Key WEB = new Key("default", "web");

    final FakeClock clock = new FakeClock();
    final FakeCluster cluster = new FakeCluster();
    private final DeploymentController deployments =
            new DeploymentController(cluster, cluster.informers(), clock);
    private final ReplicaSetController sets =
            new ReplicaSetController(cluster, cluster.informers(), clock);

    static DeploymentStrategy rolling(int surge, int unavailable) {
        return new DeploymentStrategyBuilder()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxSurge(new IntOrString(surge))
                .withMaxUnavailable(new IntOrString(unavailable))
                .endRollingUpdate()
                .build();
    }

    static DeploymentStrategy recreate() {
        return new DeploymentStrategyBuilder().withType("Recreate").build();
    }

    Rollout(int replicas, DeploymentStrategy strategy) {
        Map<String, String> labels = Map.of("app", "web");
        cluster.with(
                new DeploymentBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web")
                        .withGeneration(1L)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withRevisionHistoryLimit(2)
                        .withProgressDeadlineSeconds(600)
                        .withStrategy(strategy)
                        .withNewSelector()
                        .withMatchLabels(labels)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withImage("v1")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
    }

    Deployment deployment() {
        return cluster.of(Deployment.class).get(WEB).orElseThrow();
    }

    /** Changes the spec, as a user does. */
    void edit(UnaryOperator<DeploymentBuilder> change) {
        Deployment now = deployment();
        long generation = now.getMetadata().getGeneration() + 1;
        cluster.of(Deployment.class)
                .update(
                        change.apply(now.edit())
                                .editMetadata()
                                .withGeneration(generation)
                                .endMetadata()
                                .build());
    }

    void image(String image) {
        edit(
                one ->
                        one.editSpec()
                                .editTemplate()
                                .editSpec()
                                .editFirstContainer()
                                .withImage(image)
                                .endContainer()
                                .endSpec()
                                .endTemplate()
                                .endSpec());
    }

    void scale(int replicas) {
        edit(one -> one.editSpec().withReplicas(replicas).endSpec());
    }

    void pause(boolean paused) {
        edit(one -> one.editSpec().withPaused(paused).endSpec());
    }

    Result reconcileDeployment() {
        Result result = deployments.reconcile(WEB);
        // What the server would have put on a new set; each is a second younger than the last.
        for (ReplicaSet set : sets()) {
            if (set.getMetadata().getCreationTimestamp() == null) {
                clock.advance(Duration.ofSeconds(1));
                cluster.with(
                        set.edit()
                                .editMetadata()
                                .withCreationTimestamp(clock.instant().toString())
                                .withGeneration(1L)
                                .endMetadata()
                                .build());
            }
        }
        return result;
    }

    void reconcileSet(ReplicaSet set) {
        sets.reconcile(Key.of(set));
    }

    List<ReplicaSet> sets() {
        return cluster.all(ReplicaSet.class);
    }

    List<Pod> pods() {
        return cluster.all(Pod.class);
    }

    long available() {
        return pods().stream().filter(Pods::isReady).count();
    }

    void ready(Pod pod) {
        cluster.of(Pod.class)
                .updateStatus(
                        pod.edit()
                                .editOrNewStatus()
                                .withPhase("Running")
                                .withConditions(
                                        new PodConditionBuilder()
                                                .withType("Ready")
                                                .withStatus("True")
                                                .withLastTransitionTime(clock.instant().toString())
                                                .build())
                                .endStatus()
                                .build());
    }

    /** Lets everybody work until nothing changes any more. */
    void settle(boolean podsBecomeReady) {
        for (int round = 0; round < 200; round++) {
            cluster.forgetActions();
            reconcileDeployment();
            sets().forEach(this::reconcileSet);
            if (podsBecomeReady) {
                pods().stream().filter(pod -> !Pods.isReady(pod)).forEach(this::ready);
            }
            if (cluster.actions().isEmpty()) {
                return;
            }
        }
        throw new AssertionError("it does not come to rest: " + cluster.actions());
    }

    /** The set of an image. */
    Optional<ReplicaSet> set(String image) {
        return sets().stream()
                .filter(
                        one ->
                                one.getSpec()
                                        .getTemplate()
                                        .getSpec()
                                        .getContainers()
                                        .get(0)
                                        .getImage()
                                        .equals(image))
                .findFirst();
    }

    int size(String image) {
        return set(image).orElseThrow().getSpec().getReplicas();
    }

    String revision(String image) {
        return set(image)
                .orElseThrow()
                .getMetadata()
                .getAnnotations()
                .get("deployment.kubernetes.io/revision");
    }

    String condition(String type) {
        for (DeploymentCondition one : deployment().getStatus().getConditions()) {
            if (one.getType().equals(type)) {
                return one.getStatus() + " " + one.getReason();
            }
        }
        return "none";
    }
}
