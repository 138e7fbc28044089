package io.felucca.apiserver.admission.podtopologylabels;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class PodTopologyLabelsTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private static final String LABELS =
            "{'topology.kubernetes.io/zone':'z1','topology.kubernetes.io/region':'r1'}";

    private final PodTopologyLabels plugin = new PodTopologyLabels();
    private final AdmissionFixture cluster =
            new AdmissionFixture()
                    .with(
                            PodTopologyLabels.NODES,
                            "{'metadata':{'name':'n1','labels':{'topology.kubernetes.io/zone':'z1',"
                                    + "'topology.kubernetes.io/region':'r1','disk':'ssd'}}}");

    @Test
    void aBindingCarriesTheNodesZoneAndRegion() {
        ObjectNode binding = json("{'target':{'kind':'Node','name':'n1'}}");
        plugin.mutate(cluster.request(Operation.CREATE, PODS, "binding", binding, null));
        assertEquals(json(LABELS), binding.at("/metadata/labels"));
    }

    @Test
    void aPodThatNamesItsNodeGetsThemAtOnceInPlaceOfItsOwn() {
        ObjectNode pod =
                json(
                        "{'metadata':{'labels':{'topology.kubernetes.io/zone':'lie'}},"
                                + "'spec':{'nodeName':'n1'}}");
        plugin.mutate(cluster.create(PODS, pod));
        assertEquals(json(LABELS), pod.at("/metadata/labels"));
    }

    @Test
    void withoutANodeNothingIsAdded() {
        for (String spec : new String[] {"{}", "{'nodeName':'gone'}"}) {
            ObjectNode pod = json("{'spec':" + spec + "}");
            plugin.mutate(cluster.create(PODS, pod));
            assertEquals(json("{'spec':" + spec + "}"), pod);
        }
    }
}
