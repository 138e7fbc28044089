package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.rest.Representation.Shape;
import io.felucca.machinery.ApiException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepresentationTest {

    @Test
    void kubectlGetsATable() {
        Representation one =
                Representation.negotiate(
                        List.of(
                                "application/json;as=Table;v=v1;g=meta.k8s.io,"
                                        + "application/json;as=Table;v=v1beta1;g=meta.k8s.io,"
                                        + "application/json"));
        assertEquals(Shape.TABLE, one.shape());
        assertEquals("v1", one.version());
    }

    @Test
    void goClientsFallBackFromProtobuf() {
        assertTrue(
                Representation.negotiate(
                                List.of("application/vnd.kubernetes.protobuf,application/json"))
                        .isStored());
        assertTrue(
                Representation.negotiate(
                                List.of(
                                        "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata"
                                            + "List;g=meta.k8s.io;v=v1,application/json;q=0.8"))
                        .isStored());
    }

    @Test
    void partialMetadataIsForObjectsAndLists() {
        for (String as : List.of("PartialObjectMetadata", "PartialObjectMetadataList")) {
            assertEquals(
                    Shape.PARTIAL,
                    Representation.negotiate(
                                    List.of("application/json;as=" + as + ";g=meta.k8s.io;v=v1"))
                            .shape());
        }
    }

    @Test
    void nothingAndAnythingMeanJson() {
        assertTrue(Representation.negotiate(List.of()).isStored());
        assertTrue(Representation.negotiate(List.of("*/*")).isStored());
        assertTrue(Representation.negotiate(List.of("text/html, */*;q=0.1")).isStored());
        assertTrue(Representation.negotiate(List.of("application/json;stream=watch")).isStored());
    }

    @Test
    void whatIsNotServedIsNotAcceptable() {
        for (String accept :
                List.of(
                        "application/vnd.kubernetes.protobuf",
                        "text/html",
                        "application/json;as=Chart;g=meta.k8s.io;v=v1")) {
            ApiException refused =
                    assertThrows(
                            ApiException.class, () -> Representation.negotiate(List.of(accept)));
            assertEquals(406, refused.status().code());
            assertTrue(
                    refused.getMessage()
                            .startsWith("only the following media types are accepted: "));
        }
    }

    @Test
    void qualityDecidesBeforeOrder() {
        assertEquals(
                Representation.Encoding.YAML,
                Representation.negotiate(List.of("application/json;q=0.5,application/yaml"))
                        .encoding());
    }
}
