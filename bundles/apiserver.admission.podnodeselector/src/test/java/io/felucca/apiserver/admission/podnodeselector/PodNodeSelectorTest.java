package io.felucca.apiserver.admission.podnodeselector;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class PodNodeSelectorTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    @Test
    void aPodGetsTheNamespacesSelectorOrElseTheClusters() {
        assertEquals(
                json("{'team':'a','disk':'ssd'}"),
                created(new PodNodeSelector("zone=z1"), "{'disk':'ssd'}", "team=a"));
        assertEquals(json("{'zone':'z1'}"), created(new PodNodeSelector("zone=z1"), "{}", null));
        assertEquals(json("{}"), created(new PodNodeSelector("zone=z1"), "{}", ""));
    }

    @Test
    void aSelectorThatContradictsTheNamespacesIsRefused() {
        assertRefused(
                "pods \"web\" is forbidden: pod node label selector conflicts with its namespace"
                        + " node label selector",
                () -> created(new PodNodeSelector(""), "{'team':'b'}", "team=a"));
    }

    @Test
    void aPodSelectsNoMoreThanTheWhitelistHolds() {
        PodNodeSelector plugin = new PodNodeSelector("", "shop:team=a,disk=ssd");
        assertEquals(json("{'disk':'ssd'}"), created(plugin, "{'disk':'ssd'}", ""));
        assertRefused(
                "pods \"web\" is forbidden: pod node label selector labels conflict with its"
                        + " namespace whitelist",
                () -> created(plugin, "{'disk':'hdd'}", ""));
    }

    @Test
    void aWhitelistWithoutANamespaceIsRefusedAtOnce() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class, () -> new PodNodeSelector("", "team=a"));
        assertEquals(
                "whitelists: \"team=a\" must be namespace:key=value,key=value",
                refused.getMessage());
    }

    private static ObjectNode created(PodNodeSelector plugin, String own, String annotation) {
        ObjectNode namespace = json("{'metadata':{'name':'shop','annotations':{}}}");
        if (annotation != null) {
            namespace
                    .withObject("/metadata/annotations")
                    .put("scheduler.alpha.kubernetes.io/node-selector", annotation);
        }
        ObjectNode pod = json("{'spec':{'nodeSelector':" + own + "}}");
        Request request =
                new AdmissionFixture()
                        .with(PodNodeSelector.NAMESPACES, namespace)
                        .create(PODS, pod);
        plugin.mutate(request);
        plugin.validate(request);
        return (ObjectNode) pod.at("/spec/nodeSelector");
    }
}
