package io.felucca.apiserver.admission.limitranger;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class LimitRangerTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private static final GroupVersionResource CLAIMS =
            new GroupVersionResource("", "v1", "persistentvolumeclaims");

    private final LimitRanger plugin = new LimitRanger();

    @Test
    void containersGetTheDefaultsThatTheyLack() {
        ObjectNode pod =
                json(
                        "{'spec':{'containers':[{'name':'a'},"
                                + "{'name':'b','resources':{'requests':{'cpu':'1'},"
                                + "'limits':{'cpu':'2'}}}],'initContainers':[{'name':'c'}]}}");
        plugin.mutate(
                range(
                                "{'type':'Container','default':{'cpu':'500m'},"
                                        + "'defaultRequest':{'cpu':'100m','memory':'64Mi'}}")
                        .create(PODS, pod));
        assertEquals(
                json("{'requests':{'cpu':'100m','memory':'64Mi'},'limits':{'cpu':'500m'}}"),
                pod.at("/spec/containers/0/resources"));
        assertEquals(
                json("{'requests':{'cpu':'1','memory':'64Mi'},'limits':{'cpu':'2'}}"),
                pod.at("/spec/containers/1/resources"));
        assertEquals(
                "LimitRanger plugin set: cpu, memory request for container a; cpu limit for"
                        + " container a; memory request for container b; cpu, memory request for"
                        + " init container c; cpu limit for init container c",
                pod.at("/metadata/annotations/kubernetes.io~1limit-ranger").asText());
    }

    @Test
    void anotherNamespacesRangeIsNoneOfItsBusiness() {
        AdmissionFixture cluster =
                new AdmissionFixture()
                        .with(
                                LimitRanger.LIMIT_RANGES,
                                "{'metadata':{'namespace':'other','name':'r'},'spec':{'limits':["
                                        + "{'type':'Container','max':{'cpu':'1m'}}]}}");
        plugin.validate(cluster.create(PODS, pod("{}")));
    }

    @Test
    void aContainerOutsideItsBoundsIsRefusedWithAllThatIsWrong() {
        AdmissionFixture cluster =
                range(
                        "{'type':'Container','min':{'cpu':'100m','memory':'1Mi'},"
                                + "'max':{'cpu':'1'}}");
        assertRefused(
                "pods \"web\" is forbidden: [minimum cpu usage per Container is 100m, but request"
                        + " is 50m, minimum memory usage per Container is 1Mi.  No request is"
                        + " specified, maximum cpu usage per Container is 1, but limit is 2]",
                () ->
                        plugin.validate(
                                cluster.create(
                                        PODS,
                                        pod(
                                                "{'requests':{'cpu':'50m'},"
                                                        + "'limits':{'cpu':'2'}}"))));
        assertRefused(
                "pods \"web\" is forbidden: maximum cpu usage per Container is 1.  No limit is"
                        + " specified",
                () ->
                        plugin.validate(
                                cluster.create(
                                        PODS, pod("{'requests':{'cpu':'200m','memory':'1Mi'}}"))));
    }

    @Test
    void aLimitMayBeOnlySoManyTimesTheRequest() {
        AdmissionFixture cluster =
                range("{'type':'Container','maxLimitRequestRatio':{'memory':'2'}}");
        plugin.validate(
                cluster.create(
                        PODS, pod("{'requests':{'memory':'1Gi'},'limits':{'memory':'2Gi'}}")));
        assertRefused(
                "pods \"web\" is forbidden: memory max limit to request ratio per Container is 2,"
                        + " but provided ratio is 3.000000",
                () ->
                        plugin.validate(
                                cluster.create(
                                        PODS,
                                        pod(
                                                "{'requests':{'memory':'1Gi'},"
                                                        + "'limits':{'memory':'3Gi'}}"))));
        assertRefused(
                "pods \"web\" is forbidden: memory max limit to request ratio per Container is 2,"
                        + " but no request is specified or request is 0",
                () -> plugin.validate(cluster.create(PODS, pod("{}"))));
    }

    @Test
    void aPodsSumCountsWhatRunsTogether() {
        AdmissionFixture cluster = range("{'type':'Pod','max':{'cpu':'3'}}");
        String container = "{'resources':{'requests':{'cpu':'1'},'limits':{'cpu':'1'}}}";
        String sidecar =
                "{'restartPolicy':'Always','resources':{'requests':{'cpu':'1'},'limits':{'cpu':'1'}}}";
        String init = "{'resources':{'requests':{'cpu':'2'},'limits':{'cpu':'2'}}}";
        plugin.validate(
                cluster.create(PODS, podOf(container + "," + container, sidecar + "," + init)));
        assertRefused(
                "pods \"web\" is forbidden: maximum cpu usage per Pod is 3, but limit is 4",
                () ->
                        plugin.validate(
                                cluster.create(
                                        PODS,
                                        podOf(container, sidecar + "," + sidecar + "," + init))));
    }

    @Test
    void aClaimKeepsItsBoundsWhenItGrowsToo() {
        AdmissionFixture cluster =
                range(
                        "{'type':'PersistentVolumeClaim','min':{'storage':'1Gi'},"
                                + "'max':{'storage':'2Gi'}}");
        plugin.validate(cluster.create(CLAIMS, claim("2Gi")));
        assertRefused(
                "persistentvolumeclaims \"web\" is forbidden: maximum storage usage per"
                        + " PersistentVolumeClaim is 2Gi, but request is 3Gi",
                () -> plugin.validate(cluster.update(CLAIMS, claim("3Gi"), claim("2Gi"))));
        assertRefused(
                "persistentvolumeclaims \"web\" is forbidden: minimum storage usage per"
                        + " PersistentVolumeClaim is 1Gi, but request is 1Mi",
                () -> plugin.validate(cluster.create(CLAIMS, claim("1Mi"))));
    }

    private static AdmissionFixture range(String item) {
        return new AdmissionFixture()
                .with(
                        LimitRanger.LIMIT_RANGES,
                        "{'metadata':{'namespace':'shop','name':'r'},'spec':{'limits':["
                                + item
                                + "]}}");
    }

    private static ObjectNode pod(String resources) {
        return podOf("{'name':'a','resources':" + resources + "}", "");
    }

    private static ObjectNode podOf(String containers, String initContainers) {
        return json(
                "{'spec':{'containers':["
                        + containers
                        + "],'initContainers':["
                        + initContainers
                        + "]}}");
    }

    private static ObjectNode claim(String size) {
        return json("{'spec':{'resources':{'requests':{'storage':'" + size + "'}}}}");
    }
}
