package io.felucca.apiserver.admission.limitpodhardantiaffinitytopology;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class LimitPodHardAntiAffinityTopologyTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final LimitPodHardAntiAffinityTopology plugin = new LimitPodHardAntiAffinityTopology();
    private final AdmissionFixture cluster = new AdmissionFixture();

    @Test
    void keepingOthersOffTheHostIsAllowed() {
        plugin.validate(cluster.create(PODS, pod("kubernetes.io/hostname")));
        plugin.validate(cluster.create(PODS, json("{'spec':{}}")));
    }

    @Test
    void keepingOthersOutOfAZoneIsRefused() {
        assertRefused(
                "pods \"web\" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has"
                        + " TopologyKey topology.kubernetes.io/zone but only key"
                        + " kubernetes.io/hostname is allowed",
                () -> plugin.validate(cluster.create(PODS, pod("topology.kubernetes.io/zone"))));
    }

    private static ObjectNode pod(String key) {
        return json(
                "{'spec':{'affinity':{'podAntiAffinity':{"
                        + "'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'"
                        + key
                        + "'}]}}}}");
    }
}
