package io.felucca.apiserver.admission.extendedresourcetoleration;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class ExtendedResourceTolerationTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final ExtendedResourceToleration plugin = new ExtendedResourceToleration();
    private final AdmissionFixture cluster = new AdmissionFixture();

    @Test
    void aPodToleratesTheTaintOfTheDeviceItRequests() {
        assertEquals(
                json("{'t':[{'key':'example.com/gpu','operator':'Exists'}]}").get("t"),
                tolerations("{'example.com/gpu':'1','cpu':'1','kubernetes.io/batch':'1'}", "[]"));
    }

    @Test
    void aTolerationThatIsThereIsNotDoubled() {
        String own = "[{'key':'example.com/gpu','operator':'Exists'}]";
        assertEquals(
                json("{'t':" + own + "}").get("t"), tolerations("{'example.com/gpu':'1'}", own));
    }

    private JsonNode tolerations(String requests, String own) {
        ObjectNode pod =
                json(
                        "{'spec':{'tolerations':"
                                + own
                                + ",'containers':[{'resources':{'requests':"
                                + requests
                                + "}}]}}");
        plugin.mutate(cluster.create(PODS, pod));
        return pod.at("/spec/tolerations");
    }
}
