package io.felucca.scheduler.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreFilter;
import io.felucca.scheduler.api.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {
    private final Node plain = Cases.node("a", "2", "4Gi").build();

    @ParameterizedTest
    @CsvSource({
        "cpu, 500m, SUCCESS, ''",
        "cpu, 1, SUCCESS, ''",
        "cpu, 1001m, UNSCHEDULABLE, Insufficient cpu",
        "cpu, 3, UNSCHEDULABLE_AND_UNRESOLVABLE, Insufficient cpu",
        "memory, 5Gi, UNSCHEDULABLE_AND_UNRESOLVABLE, Insufficient memory",
        "example.com/gpu, 1, UNSCHEDULABLE_AND_UNRESOLVABLE, Insufficient example.com/gpu",
        "example.com/gpu, 0, SUCCESS, ''",
    })
    void resourcesMustFit(String resource, String amount, Verdict.Code code, String reason) {
        NodeInfo node = Cases.info(plain, Cases.pod("present", "cpu", "1").build());
        Verdict verdict = filter(new NodeResourcesFit(), Cases.pod("p", resource, amount), node);
        assertEquals(code, verdict.code());
        assertEquals(reason, verdict.message());
    }

    @Test
    void aNodeHoldsNoMorePodsThanItMay() {
        NodeInfo full =
                Cases.info(
                        plain,
                        Cases.pod("x").build(),
                        Cases.pod("y").build(),
                        Cases.pod("z").build());
        assertEquals(
                "Too many pods", filter(new NodeResourcesFit(), Cases.pod("p"), full).message());
    }

    @Test
    void sidecarsAndInitContainersCountAsTheyRun() {
        Pod pod =
                Cases.pod("p", "cpu", "500m")
                        .editSpec()
                        .addNewInitContainer()
                        .withName("sidecar")
                        .withRestartPolicy("Always")
                        .withNewResources()
                        .addToRequests("cpu", new Quantity("200m"))
                        .endResources()
                        .endInitContainer()
                        .addNewInitContainer()
                        .withName("migrate")
                        .withNewResources()
                        .addToRequests("cpu", new Quantity("600m"))
                        .endResources()
                        .endInitContainer()
                        .addToOverhead("cpu", new Quantity("10m"))
                        .endSpec()
                        .build();
        assertEquals(810, new PodInfo(pod).requests().get(0));
    }

    @ParameterizedTest
    @CsvSource({
        // taint effect, toleration key, operator, value, effect -> fits
        "NoSchedule, , , , , false",
        "NoExecute, , , , , false",
        "PreferNoSchedule, , , , , true",
        "NoSchedule, role, Equal, db, NoSchedule, true",
        "NoSchedule, role, , db, , true",
        "NoSchedule, role, Equal, web, NoSchedule, false",
        "NoSchedule, role, Exists, , NoSchedule, true",
        "NoSchedule, role, Exists, , NoExecute, false",
        "NoSchedule, , Exists, , , true",
        "NoSchedule, other, Exists, , , false",
        "NoSchedule, role, Gt, 1, , false",
    })
    void taintsKeepPodsOutThatDoNotTolerateThem(
            String effect,
            String key,
            String operator,
            String value,
            String tolerated,
            boolean fits) {
        NodeInfo node =
                Cases.info(
                        new NodeBuilder(plain)
                                .editSpec()
                                .withTaints(new Taint(effect, "role", null, "db"))
                                .endSpec()
                                .build());
        PodBuilder pod = Cases.pod("p");
        if (key != null || operator != null) {
            pod.editSpec()
                    .withTolerations(new Toleration(tolerated, key, operator, null, value))
                    .endSpec();
        }
        Verdict verdict = filter(new TaintToleration(), pod, node);
        assertEquals(fits, verdict.succeeded());
        assertEquals(fits ? "" : "node(s) had untolerated taint(s)", verdict.message());
    }

    @Test
    void cordonedNodeTakesOnlyPodsThatTolerateThat() {
        NodeInfo node =
                Cases.info(
                        new NodeBuilder(plain)
                                .editSpec()
                                .withUnschedulable(true)
                                .endSpec()
                                .build());
        assertEquals(
                "node(s) were unschedulable",
                filter(new NodeUnschedulable(), Cases.pod("p"), node).message());
        PodBuilder tolerant =
                Cases.pod("p")
                        .editSpec()
                        .addNewToleration()
                        .withOperator("Exists")
                        .endToleration()
                        .endSpec();
        assertTrue(filter(new NodeUnschedulable(), tolerant, node).succeeded());
    }

    @ParameterizedTest
    @CsvSource({
        // wanted ip, protocol, port; used ip, protocol, port -> fits
        "'', TCP, 80, '', TCP, 80, false",
        "'', TCP, 80, '', UDP, 80, true",
        "'', TCP, 80, '', TCP, 81, true",
        "10.0.0.1, TCP, 80, 10.0.0.2, TCP, 80, true",
        "10.0.0.1, TCP, 80, 10.0.0.1, TCP, 80, false",
        "10.0.0.1, TCP, 80, 0.0.0.0, TCP, 80, false",
    })
    void hostPortsAreTakenOnce(
            String ip,
            String protocol,
            int port,
            String ip2,
            String protocol2,
            int port2,
            boolean fits) {
        NodeInfo node = Cases.info(plain, withPort("used", ip2, protocol2, port2).build());
        Verdict verdict = filter(new NodePorts(), withPort("p", ip, protocol, port), node);
        assertEquals(fits, verdict.succeeded());
        node.remove(new PodInfo(withPort("used", ip2, protocol2, port2).build()));
        assertTrue(filter(new NodePorts(), withPort("p", ip, protocol, port), node).succeeded());
    }

    private static PodBuilder withPort(String name, String ip, String protocol, int port) {
        return Cases.pod(name)
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withHostIP(ip)
                .withProtocol(protocol)
                .withHostPort(port)
                .withContainerPort(port)
                .endPort()
                .endContainer()
                .endSpec();
    }

    @ParameterizedTest
    @CsvSource({
        "disk, In, ssd, true",
        "disk, In, hdd, false",
        "disk, NotIn, hdd, true",
        "none, NotIn, x, true",
        "disk, Exists, , true",
        "none, Exists, , false",
        "none, DoesNotExist, , true",
        "cores, Gt, 7, true",
        "cores, Gt, 8, false",
        "cores, Lt, 9, true",
        "disk, Lt, 9, false",
    })
    void nodeAffinityPicksByLabels(String key, String operator, String value, boolean fits) {
        NodeInfo node = Cases.info(labelled());
        PodBuilder pod =
                Cases.pod("p")
                        .editSpec()
                        .withNewAffinity()
                        .withNewNodeAffinity()
                        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                        .addNewNodeSelectorTerm()
                        .addNewMatchExpression()
                        .withKey(key)
                        .withOperator(operator)
                        .withValues(value == null ? List.of() : List.of(value))
                        .endMatchExpression()
                        .endNodeSelectorTerm()
                        .endRequiredDuringSchedulingIgnoredDuringExecution()
                        .endNodeAffinity()
                        .endAffinity()
                        .endSpec();
        Verdict verdict = filter(new NodeAffinity(), pod, node);
        assertEquals(fits, verdict.succeeded());
        assertEquals(
                fits ? "" : "node(s) didn't match Pod's node affinity/selector", verdict.message());
    }

    private Node labelled() {
        return new NodeBuilder(plain)
                .editMetadata()
                .addToLabels("disk", "ssd")
                .addToLabels("cores", "8")
                .endMetadata()
                .build();
    }

    @Test
    void nodeSelectorMustMatchWholly() {
        NodeInfo node = Cases.info(labelled());
        PodBuilder pod = Cases.pod("p").editSpec().addToNodeSelector("disk", "ssd").endSpec();
        assertTrue(filter(new NodeAffinity(), pod, node).succeeded());
        pod.editSpec().addToNodeSelector("cores", "9").endSpec();
        assertFalse(filter(new NodeAffinity(), pod, node).succeeded());
    }

    @Test
    void podOfADaemonSetLooksAtItsNodeOnly() {
        PodBuilder pod =
                Cases.pod("p")
                        .editSpec()
                        .withNewAffinity()
                        .withNewNodeAffinity()
                        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                        .addNewNodeSelectorTerm()
                        .addNewMatchField()
                        .withKey("metadata.name")
                        .withOperator("In")
                        .withValues("a")
                        .endMatchField()
                        .endNodeSelectorTerm()
                        .endRequiredDuringSchedulingIgnoredDuringExecution()
                        .endNodeAffinity()
                        .endAffinity()
                        .endSpec();
        PreFilter.Result result =
                new NodeAffinity().preFilter(Cases.state(), new PodInfo(pod.build()));
        assertEquals(java.util.Set.of("a"), result.nodes().orElseThrow());
        assertTrue(filter(new NodeAffinity(), pod, Cases.info(plain)).succeeded());
        Node other = Cases.node("b", "1", "1Gi").build();
        assertFalse(filter(new NodeAffinity(), pod, Cases.info(other)).succeeded());
    }

    private static Verdict filter(Filter plugin, PodBuilder pod, NodeInfo node) {
        CycleState state = Cases.state(node);
        PodInfo info = new PodInfo(pod.build());
        if (plugin instanceof PreFilter before
                && before.preFilter(state, info).verdict().skipped()) {
            return Verdict.SUCCESS;
        }
        return plugin.filter(state, info, node);
    }
}
