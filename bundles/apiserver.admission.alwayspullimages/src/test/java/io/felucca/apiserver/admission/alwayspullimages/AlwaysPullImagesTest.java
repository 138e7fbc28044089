package io.felucca.apiserver.admission.alwayspullimages;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class AlwaysPullImagesTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final AlwaysPullImages plugin = new AlwaysPullImages();
    private final AdmissionFixture cluster = new AdmissionFixture();

    @Test
    void eachContainerAndImageVolumePullsAlways() {
        ObjectNode pod =
                json(
                        "{'spec':{'containers':[{'name':'a','imagePullPolicy':'Never'}],"
                                + "'initContainers':[{'name':'b'}],"
                                + "'volumes':[{'name':'v','image':{'reference':'x'}}]}}");
        plugin.mutate(cluster.create(PODS, pod));
        assertEquals("Always", pod.at("/spec/containers/0/imagePullPolicy").asText());
        assertEquals("Always", pod.at("/spec/initContainers/0/imagePullPolicy").asText());
        assertEquals("Always", pod.at("/spec/volumes/0/image/pullPolicy").asText());
    }

    @Test
    void anotherPolicyThatALaterPluginSetIsRefused() {
        ObjectNode pod =
                json("{'spec':{'containers':[{'name':'a','imagePullPolicy':'IfNotPresent'}]}}");
        assertRefused(
                "pods \"web\" is forbidden: spec.containers[0].imagePullPolicy: Unsupported value:"
                        + " \"IfNotPresent\": supported values: \"Always\"",
                () -> plugin.validate(cluster.create(PODS, pod)));
    }

    @Test
    void anUpdateWithTheSameImagesKeepsItsPolicy() {
        String old = "{'spec':{'containers':[{'image':'i','imagePullPolicy':'Never'}]}}";
        ObjectNode pod = json(old);
        plugin.mutate(cluster.update(PODS, pod, json(old)));
        plugin.validate(cluster.update(PODS, pod, json(old)));
        assertEquals(json(old), pod);
    }
}
