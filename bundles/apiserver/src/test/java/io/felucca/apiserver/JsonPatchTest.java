package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.machinery.ApiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPatchTest {
    private final Harbour harbour = new Harbour();

    @BeforeEach
    void boat() {
        harbour.create(Harbour.json("{'metadata':{'name':'argo'},'spec':{'masts':2}}"));
    }

    @AfterEach
    void close() {
        harbour.close();
    }

    @Test
    void whatIsThereCanBeRemoved() {
        harbour.patch("argo", Patch.Type.JSON, "[{'op':'remove','path':'/spec/masts'}]");
        assertTrue(harbour.read("argo").at("/spec/masts").isMissingNode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'op':'remove','path':'/spec/keel'}]",
                "[{'op':'test','path':'/spec/masts','value':3}]"
            })
    void whatDoesNotFitIsRefusedInUpstreamsWords(String patch) {
        ApiException e =
                assertThrows(
                        ApiException.class, () -> harbour.patch("argo", Patch.Type.JSON, patch));
        assertEquals(422, e.status().code());
        assertTrue(
                e.getMessage()
                        .startsWith(
                                "the server rejected our request due to an error in our request: "),
                e.getMessage());
        assertEquals(2, harbour.read("argo").at("/spec/masts").asInt());
    }
}
