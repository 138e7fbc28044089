package io.felucca.apiserver.admission.alwaysdeny;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class AlwaysDenyTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    @Test
    void everythingIsRefused() {
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () ->
                                new AlwaysDeny()
                                        .validate(new AdmissionFixture().create(PODS, json("{}"))));
        assertEquals(
                "pods \"web\" is forbidden: admission control is denying all modifications",
                refused.status().message());
    }
}
