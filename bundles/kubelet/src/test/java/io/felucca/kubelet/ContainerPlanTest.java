package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.kubelet.cri.v1.ContainerMetadata;
import io.felucca.kubelet.cri.v1.ContainerState;
import io.felucca.kubelet.cri.v1.ContainerStatus;
import io.felucca.kubelet.cri.v1.PodSandboxState;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ContainerPlanTest {
    private final List<PodSandboxStatus> sandboxes = new ArrayList<>();
    private final Map<String, List<PodRuntime.Instance>> containers = new LinkedHashMap<>();
    private Optional<String> probeFailure = Optional.empty();
    private boolean started = true;

    private final Health health =
            new Health() {
                @Override
                public boolean started(String containerId) {
                    return started;
                }

                @Override
                public boolean ready(String containerId) {
                    return true;
                }

                @Override
                public Optional<String> failed(String containerId) {
                    return probeFailure;
                }
            };

    @Test
    void sandboxComesBeforeEverything() {
        ContainerPlan plan = decide(pod("Always", List.of("a"), List.of()));
        assertTrue(plan.sandbox());
        assertEquals(List.of(), names(plan));
    }

    @Test
    void initContainersRunOneAfterTheOther() {
        sandbox(PodSandboxState.SANDBOX_READY);
        Pod pod = pod("Always", List.of("a"), List.of("i1", "i2"));
        assertEquals(List.of("i1"), names(decide(pod)));
        has("i1", ContainerState.CONTAINER_RUNNING, 0);
        assertEquals(List.of(), names(decide(pod)));
        has("i1", ContainerState.CONTAINER_EXITED, 0);
        assertEquals(List.of("i2"), names(decide(pod)));
        has("i2", ContainerState.CONTAINER_EXITED, 0);
        assertEquals(List.of("a"), names(decide(pod)));
    }

    @Test
    void failedInitContainerIsRunAgainUnlessThePodNeverRestarts() {
        sandbox(PodSandboxState.SANDBOX_READY);
        has("i1", ContainerState.CONTAINER_EXITED, 1);
        assertEquals(List.of("i1"), names(decide(pod("Always", List.of("a"), List.of("i1")))));
        assertTrue(decide(pod("Never", List.of("a"), List.of("i1"))).done());
    }

    @Test
    void forgottenInitContainersAreNotRunAgainOnceThePodHasBegun() {
        sandbox(PodSandboxState.SANDBOX_READY);
        has("a", ContainerState.CONTAINER_RUNNING, 0);
        ContainerPlan plan = decide(pod("Always", List.of("a"), List.of("i1")));
        assertEquals(List.of(), names(plan));
        assertFalse(plan.done());
    }

    @Test
    void restartPolicySaysWhatIsStartedAgain() {
        sandbox(PodSandboxState.SANDBOX_READY);
        has("a", ContainerState.CONTAINER_EXITED, 0);
        assertEquals(List.of("a"), names(decide(pod("Always", List.of("a"), List.of()))));
        assertTrue(decide(pod("OnFailure", List.of("a"), List.of())).done());
        has("a", ContainerState.CONTAINER_EXITED, 1);
        assertEquals(List.of("a"), names(decide(pod("OnFailure", List.of("a"), List.of()))));
        assertTrue(decide(pod("Never", List.of("a"), List.of())).done());
    }

    @Test
    void podThatHasEndedGetsNoNewSandbox() {
        sandbox(PodSandboxState.SANDBOX_NOTREADY);
        has("a", ContainerState.CONTAINER_EXITED, 0);
        assertFalse(decide(pod("OnFailure", List.of("a"), List.of())).sandbox());
        assertTrue(decide(pod("Always", List.of("a"), List.of())).sandbox());
    }

    @Test
    void failedProbeEndsTheContainer() {
        sandbox(PodSandboxState.SANDBOX_READY);
        has("a", ContainerState.CONTAINER_RUNNING, 0);
        probeFailure = Optional.of("failed");
        assertEquals(
                List.of("failed"),
                decide(pod("Always", List.of("a"), List.of())).kill().stream()
                        .map(ContainerPlan.Kill::why)
                        .toList());
    }

    @Test
    void sidecarHasToHaveStartedBeforeWhatComesAfterIt() {
        sandbox(PodSandboxState.SANDBOX_READY);
        Pod pod = pod("Always", List.of("a"), List.of("side"));
        pod.getSpec().getInitContainers().get(0).setRestartPolicy("Always");
        assertEquals(List.of("side"), names(decide(pod)));
        has("side", ContainerState.CONTAINER_RUNNING, 0);
        started = false;
        assertEquals(List.of(), names(decide(pod)));
        started = true;
        assertEquals(List.of("a"), names(decide(pod)));
    }

    @Test
    void changedImageEndsTheContainer() {
        sandbox(PodSandboxState.SANDBOX_READY);
        has("a", ContainerState.CONTAINER_RUNNING, 0);
        Pod pod = pod("Always", List.of("a"), List.of());
        pod.getSpec().getContainers().get(0).setImage("other");
        assertEquals(
                List.of("Container a definition changed, will be restarted"),
                decide(pod).kill().stream().map(ContainerPlan.Kill::why).toList());
    }

    private ContainerPlan decide(Pod pod) {
        return ContainerPlan.decide(pod, new PodRuntime(sandboxes, containers), health);
    }

    private void sandbox(PodSandboxState state) {
        sandboxes.add(PodSandboxStatus.newBuilder().setId("s").setState(state).build());
    }

    private void has(String name, ContainerState state, int exitCode) {
        containers.put(
                name,
                List.of(
                        new PodRuntime.Instance(
                                "s",
                                ContainerStatus.newBuilder()
                                        .setId(name)
                                        .setMetadata(ContainerMetadata.newBuilder().setName(name))
                                        .putAnnotations(Labels.HASH, Labels.hash(container(name)))
                                        .setState(state)
                                        .setExitCode(exitCode)
                                        .build())));
    }

    private static List<String> names(ContainerPlan plan) {
        return plan.start().stream().map(Container::getName).toList();
    }

    private static Container container(String name) {
        return new ContainerBuilder().withName(name).withImage("image").build();
    }

    private static Pod pod(String policy, List<String> apps, List<String> init) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy(policy)
                .withContainers(apps.stream().map(ContainerPlanTest::container).toList())
                .withInitContainers(init.stream().map(ContainerPlanTest::container).toList())
                .endSpec()
                .build();
    }
}
