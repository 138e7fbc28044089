package io.felucca.apiserver.admission.taintnodesbycondition;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class TaintNodesByConditionTest {
    private static final GroupVersionResource NODES = new GroupVersionResource("", "v1", "nodes");

    private static final String TAINT =
            "{'key':'node.kubernetes.io/not-ready','effect':'NoSchedule'}";

    private final TaintNodesByCondition plugin = new TaintNodesByCondition();
    private final AdmissionFixture cluster = new AdmissionFixture();

    @Test
    void aNewNodeIsTainted() {
        assertEquals(json("{'spec':{'taints':[" + TAINT + "]}}"), created("{}"));
    }

    @Test
    void aNodeThatBringsTheTaintHasItOnce() {
        String node = "{'spec':{'taints':[{'key':'own','effect':'NoSchedule'}," + TAINT + "]}}";
        assertEquals(json(node), created(node));
    }

    @Test
    void anUpdateIsLeftAlone() {
        ObjectNode node = json("{}");
        plugin.mutate(cluster.update(NODES, node, json("{}")));
        assertEquals(json("{}"), node);
    }

    private ObjectNode created(String node) {
        ObjectNode object = json(node);
        plugin.mutate(cluster.create(NODES, object));
        return object;
    }
}
