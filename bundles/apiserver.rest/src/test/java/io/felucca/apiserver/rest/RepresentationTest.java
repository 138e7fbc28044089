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
                                        + "application/json"),
                        () -> false);
        assertEquals(Shape.TABLE, one.shape());
        assertEquals("v1", one.version());
    }

    @Test
    void protobufIsForKindsThatHaveAMessage() {
        List<String> accept = List.of("application/vnd.kubernetes.protobuf,application/json");
        assertEquals(
                Representation.Encoding.PROTOBUF,
                Representation.negotiate(accept, () -> true).encoding());
        assertTrue(Representation.negotiate(accept, () -> false).isStored());
    }

    @Test
    void partialMetadataIsForObjectsAndLists() {
        for (String as : List.of("PartialObjectMetadata", "PartialObjectMetadataList")) {
            assertEquals(
                    Shape.PARTIAL,
                    Representation.negotiate(
                                    List.of("application/json;as=" + as + ";g=meta.k8s.io;v=v1"),
                                    () -> false)
                            .shape());
        }
    }

    @Test
    void nothingAndAnythingMeanJson() {
        assertTrue(Representation.negotiate(List.of(), () -> false).isStored());
        assertTrue(Representation.negotiate(List.of("*/*"), () -> false).isStored());
        assertTrue(
                Representation.negotiate(List.of("text/html, */*;q=0.1"), () -> false).isStored());
        assertTrue(
                Representation.negotiate(List.of("application/json;stream=watch"), () -> false)
                        .isStored());
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
                            ApiException.class,
                            () -> Representation.negotiate(List.of(accept), () -> false));
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
                Representation.negotiate(
                                List.of("application/json;q=0.5,application/yaml"), () -> false)
                        .encoding());
    }
}
