package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActionsTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    @Test
    void aVirtualResourceAnswersAndIsNotStored() {
        StoredObject answer =
                Harbour.get(
                        harbour.server.create(
                                Harbour.request("create", TestGroup.REVIEWS, ""),
                                Harbour.json("{'metadata':{}}")));
        assertEquals("anybody", Harbour.tree(answer).path("answer").asText());
        assertEquals(0, answer.revision());
    }

    @Test
    void aVirtualResourceCanBeActedOnToo() {
        ObjectNode answer =
                Harbour.get(
                        harbour.server.act(
                                Harbour.request("create", TestGroup.REVIEWS, ""),
                                Harbour.json("{'metadata':{}}")));
        assertEquals("anybody", answer.path("answer").asText());
    }

    @Test
    void anActionTakesTheVersionsThatItNamesAndNoOthers() {
        ApiRequest request = Harbour.request("create", "argo").withSubresource("launch");
        for (String version : List.of("harbour/v1", "harbour/v1beta1")) {
            ObjectNode body = Harbour.json("{'apiVersion':'" + version + "','kind':'Launch'}");
            assertEquals(
                    "harbour/v1",
                    Harbour.get(harbour.server.act(request, body)).path("apiVersion").asText());
            assertEquals(
                    "harbour/v1",
                    Harbour.get(harbour.server.act(request, Json.bytes(body)))
                            .path("apiVersion")
                            .asText());
        }
        ObjectNode later = Harbour.json("{'apiVersion':'harbour/v2','kind':'Launch'}");
        ApiException e = assertThrows(ApiException.class, () -> harbour.server.act(request, later));
        assertEquals(
                "the API version in the data (harbour/v2) does not match the expected API version"
                        + " (harbour/v1)",
                e.getMessage());
    }
}
