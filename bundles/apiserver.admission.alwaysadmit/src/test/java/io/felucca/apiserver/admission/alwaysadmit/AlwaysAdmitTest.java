package io.felucca.apiserver.admission.alwaysadmit;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class AlwaysAdmitTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    @Test
    void aPodPassesAsItIs() {
        AlwaysAdmit plugin = new AlwaysAdmit();
        ObjectNode pod = json("{'spec':{}}");
        plugin.mutate(new AdmissionFixture().create(PODS, pod));
        plugin.validate(new AdmissionFixture().create(PODS, pod));
        assertEquals(json("{'spec':{}}"), pod);
    }
}
