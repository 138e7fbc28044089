package io.felucca.controller.clusterroleaggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.felucca.client.api.Informer.Change;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Source;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClusterRoleAggregationTest {
    private final FakeCluster cluster = new FakeCluster();
    private final ClusterRoleAggregation controller =
            new ClusterRoleAggregation(cluster, cluster.informers());

    private static ClusterRole part(String name, String resource) {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("to", "view")
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources(resource)
                .withVerbs("get")
                .endRule()
                .build();
    }

    private static ClusterRole whole() {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName("view")
                .addToLabels("to", "view")
                .endMetadata()
                .withNewAggregationRule()
                .addNewClusterRoleSelector()
                .addToMatchLabels("to", "view")
                .endClusterRoleSelector()
                .endAggregationRule()
                .build();
    }

    @Test
    void anAggregatedRoleShowsTheRulesOfItsPartsOnceAndInOrder() {
        cluster.with(part("b", "pods"), part("a", "services"), part("c", "pods"), whole());
        controller.reconcile(Key.clusterScoped("view"));
        List<PolicyRule> rules =
                cluster.all(ClusterRole.class).stream()
                        .filter(one -> one.getMetadata().getName().equals("view"))
                        .findFirst()
                        .orElseThrow()
                        .getRules();
        assertEquals(
                List.of(List.of("services"), List.of("pods")),
                rules.stream().map(PolicyRule::getResources).toList());
        cluster.forgetActions();
        controller.reconcile(Key.clusterScoped("view"));
        controller.reconcile(Key.clusterScoped("a"));
        controller.reconcile(Key.clusterScoped("gone"));
        assertTrue(cluster.actions().isEmpty());
    }

    @Test
    void aChangeOfAnyRoleConcernsEveryAggregatedOne() {
        cluster.with(whole());
        @SuppressWarnings("unchecked") // the only source
        Source<ClusterRole> source = (Source<ClusterRole>) controller.sources().get(0);
        assertEquals(
                Set.of(Key.clusterScoped("view")),
                source.concerned(
                        new Change<>(Optional.empty(), Optional.of(part("new", "nodes")))));
    }
}
