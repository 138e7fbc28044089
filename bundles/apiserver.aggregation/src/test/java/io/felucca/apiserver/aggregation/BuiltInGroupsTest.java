package io.felucca.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BuiltInGroupsTest {
    private record Group(String name, List<String> versions) implements ApiGroup {
        @Override
        public List<ResourceDefinition> resources() {
            return List.of();
        }
    }

    private static List<ObjectNode> of(String name, String... versions) {
        return new BuiltInGroups.Wanted(new Group(name, List.of(versions))).objects();
    }

    private static String shown(ObjectNode one) {
        return one.at("/metadata/name").asText()
                + " "
                + one.at("/spec/groupPriorityMinimum").asText()
                + " "
                + one.at("/spec/versionPriority").asText();
    }

    @Test
    void builtInVersionsHaveUpstreamsPriorities() {
        assertEquals(List.of("v1. 18000 1"), of("", "v1").stream().map(s -> shown(s)).toList());
        assertEquals(
                List.of("v2.autoscaling 17500 30", "v1.autoscaling 17500 15"),
                of("autoscaling", "v2", "v1").stream().map(s -> shown(s)).toList());
        assertEquals(
                List.of("v1.flowcontrol.apiserver.k8s.io 16100 21"),
                of("flowcontrol.apiserver.k8s.io", "v1").stream().map(s -> shown(s)).toList());
    }

    @Test
    void aBundlesOwnGroupStandsWhereCustomResourcesDoInItsOwnOrder() {
        assertEquals(
                List.of("v1beta1.boats.io 1000 100", "v1.boats.io 1000 99"),
                of("boats.io", "v1beta1", "v1").stream().map(s -> shown(s)).toList());
    }

    @Test
    void onlyWhatCarriesTheLabelIsPutRight() {
        BuiltInGroups.Wanted wanted = new BuiltInGroups.Wanted(new Group("apps", List.of("v1")));
        ObjectNode right = wanted.objects().get(0);
        ObjectNode spoilt = right.deepCopy();
        spoilt.withObject("/spec").put("versionPriority", 1);
        ObjectNode mended = wanted.reconcile(spoilt, right);
        assertNotSame(spoilt, mended);
        assertEquals(right, mended);
        assertSame(right, wanted.reconcile(right, right));
        spoilt.withObject("/metadata/labels").remove(ApiServices.MANAGED);
        assertSame(spoilt, wanted.reconcile(spoilt, right));
    }
}
