package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Priority and fairness: its objects, and that requests go where they say. */
@ExtendWith(Cluster.Resolver.class)
final class FlowControlTest {
    private final Kubectl kubectl;

    FlowControlTest(Cluster cluster) {
        kubectl = cluster.newNamespace("flows");
    }

    @Test
    void upstreamsObjectsAreThereAndStay() {
        assertEquals(
                "catch-all endpoint-controller exempt global-default kube-controller-manager"
                        + " kube-scheduler kube-system-service-accounts probes service-accounts"
                        + " system-leader-election system-node-high system-nodes"
                        + " workload-leader-election",
                kubectl.ok("get flowschemas -o jsonpath={.items[*].metadata.name}"));
        assertEquals(
                "False",
                kubectl.ok(
                        "get flowschema exempt -o"
                            + " jsonpath={.status.conditions[?(@.type==\"Dangling\")].status}"));
        kubectl.ok("delete prioritylevelconfiguration workload-low");
        Eventually.is(
                "it is there again",
                () -> kubectl.exists("prioritylevelconfiguration workload-low"));
        kubectl.ok(
                "patch flowschema catch-all --type=merge -p"
                        + " {\"spec\":{\"matchingPrecedence\":5000}}");
        Eventually.is(
                "it is as it must be",
                () ->
                        kubectl.field("flowschema catch-all", "/spec/matchingPrecedence")
                                .equals("10000"));
    }

    @Test
    void requestsAreCountedWhereTheyBelong() {
        String metrics = kubectl.ok("get --raw /metrics");
        assertTrue(
                metrics.contains(
                        "apiserver_flowcontrol_dispatched_requests_total{flow_schema=\"exempt\","
                                + "priority_level=\"exempt\"}"),
                metrics);
        assertTrue(
                metrics.contains(
                        "apiserver_flowcontrol_nominal_limit_seats{priority_level=\"workload-low\"}"
                                + " 245"),
                metrics);
    }
}
