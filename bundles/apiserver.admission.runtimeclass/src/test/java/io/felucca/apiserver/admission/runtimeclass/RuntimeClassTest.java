package io.felucca.apiserver.admission.runtimeclass;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class RuntimeClassTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final RuntimeClass plugin = new RuntimeClass();
    private final AdmissionFixture cluster =
            new AdmissionFixture()
                    .with(
                            RuntimeClass.CLASSES,
                            "{'metadata':{'name':'heavy'},'overhead':{'podFixed':{'memory':'64Mi'}},"
                                + "'scheduling':{'nodeSelector':{'runtime':'heavy'},"
                                + "'tolerations':[{'key':'heavy','operator':'Exists'}]}}")
                    .with(RuntimeClass.CLASSES, "{'metadata':{'name':'light'}}");

    @Test
    void aPodGetsItsClassesOverheadAndPlace() {
        assertEquals(
                json(
                        "{'runtimeClassName':'heavy','overhead':{'memory':'64Mi'},"
                                + "'nodeSelector':{'runtime':'heavy'},"
                                + "'tolerations':[{'key':'heavy','operator':'Exists'}]}"),
                created("{'runtimeClassName':'heavy'}"));
    }

    @Test
    void whatThePodHasAlreadyIsNotDoubled() {
        String spec =
                "{'runtimeClassName':'heavy','overhead':{'memory':'65536Ki'},"
                        + "'nodeSelector':{'runtime':'heavy'},"
                        + "'tolerations':[{'key':'heavy','operator':'Exists'}]}";
        assertEquals(1, created(spec).path("tolerations").size());
    }

    @Test
    void anUnknownClassIsRefused() {
        assertRefused(
                "pods \"web\" is forbidden: pod rejected: RuntimeClass \"gone\" not found",
                () -> created("{'runtimeClassName':'gone'}"));
    }

    @Test
    void anotherOverheadIsRefused() {
        assertRefused(
                "pods \"web\" is forbidden: pod rejected: Pod's Overhead doesn't match"
                        + " RuntimeClass's defined Overhead",
                () -> created("{'runtimeClassName':'heavy','overhead':{'memory':'1Mi'}}"));
        for (String spec :
                new String[] {
                    "{'overhead':{'memory':'1Mi'}}",
                    "{'runtimeClassName':'light','overhead':{'memory':'1Mi'}}"
                }) {
            assertRefused(
                    "pods \"web\" is forbidden: pod rejected: Pod Overhead set without"
                            + " corresponding RuntimeClass defined Overhead",
                    () -> created(spec));
        }
    }

    @Test
    void aSelectorThatContradictsTheClassIsRefused() {
        assertRefused(
                "pods \"web\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[runtime]"
                        + " = heavy; pod.spec.nodeSelector[runtime] = other",
                () -> created("{'runtimeClassName':'heavy','nodeSelector':{'runtime':'other'}}"));
    }

    private ObjectNode created(String spec) {
        ObjectNode pod = json("{'spec':" + spec + "}");
        Request request = cluster.create(PODS, pod);
        plugin.mutate(request);
        plugin.validate(request);
        return (ObjectNode) pod.get("spec");
    }
}
