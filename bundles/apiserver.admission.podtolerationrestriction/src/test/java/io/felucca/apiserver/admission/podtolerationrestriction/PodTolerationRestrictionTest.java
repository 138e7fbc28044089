package io.felucca.apiserver.admission.podtolerationrestriction;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class PodTolerationRestrictionTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final PodTolerationRestriction plugin = new PodTolerationRestriction();

    @Test
    void aNewPodGetsTheNamespacesDefaults() {
        ObjectNode pod = json("{'spec':{}}");
        plugin.mutate(defaults("[{'key':'team','value':'a'}]").create(PODS, pod));
        assertEquals(json("{'spec':{'tolerations':[{'key':'team','value':'a'}]}}"), pod);
    }

    @Test
    void aPodThatContradictsTheDefaultsIsRefused() {
        ObjectNode pod = json("{'spec':{'tolerations':[{'key':'team','value':'b'}]}}");
        assertRefused(
                "pods \"web\" is forbidden: namespace tolerations and pod tolerations conflict",
                () -> plugin.mutate(defaults("[{'key':'team','value':'a'}]").create(PODS, pod)));
    }

    @Test
    void aPodMayTolerateNoMoreThanTheWhitelist() {
        AdmissionFixture cluster =
                namespace(
                        "tolerationsWhitelist",
                        "[{'key':'team','operator':'Exists','effect':'NoExecute',"
                                + "'tolerationSeconds':60}]");
        plugin.validate(
                cluster.create(
                        PODS, pod("{'key':'team','effect':'NoExecute','tolerationSeconds':60}")));
        for (String more :
                new String[] {
                    "{'key':'team','effect':'NoExecute','tolerationSeconds':61}",
                    "{'key':'team','effect':'NoExecute'}",
                    "{'key':'team','effect':'NoSchedule','tolerationSeconds':1}",
                    "{'operator':'Exists'}"
                }) {
            assertRefused(
                    "pods \"web\" is forbidden: pod tolerations (possibly merged with namespace"
                            + " default tolerations) conflict with its namespace whitelist",
                    () -> plugin.validate(cluster.create(PODS, pod(more))));
        }
    }

    @Test
    void anAnnotationThatIsNoListIsNamedInTheRefusal() {
        ObjectNode pod = pod("{'key':'x'}");
        assertRefused(
                "pods \"web\" is forbidden: namespace shop, annotation"
                    + " scheduler.alpha.kubernetes.io/defaultTolerations: must be a JSON list of"
                    + " tolerations",
                () -> plugin.mutate(defaults("{}").create(PODS, pod)));
    }

    private static ObjectNode pod(String toleration) {
        return json("{'spec':{'tolerations':[" + toleration + "]}}");
    }

    private static AdmissionFixture defaults(String tolerations) {
        return namespace("defaultTolerations", tolerations);
    }

    private static AdmissionFixture namespace(String annotation, String tolerations) {
        ObjectNode namespace = json("{'metadata':{'name':'shop','annotations':{}}}");
        namespace
                .withObject("/metadata/annotations")
                .put("scheduler.alpha.kubernetes.io/" + annotation, tolerations.replace('\'', '"'));
        return new AdmissionFixture().with(PodTolerationRestriction.NAMESPACES, namespace);
    }
}
