package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can be read although nobody has written it. */
class ComputedTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    private List<String> tides(ListOptions options) {
        return Harbour.names(
                harbour.server.list(Harbour.request("list", TestGroup.TIDES, ""), options));
    }

    private StoredObject tide(String name) {
        return harbour.server.get(Harbour.request("get", TestGroup.TIDES, name), Optional.empty());
    }

    @Test
    void itIsListedAndSelected() {
        assertEquals(List.of("high", "low"), tides(ListOptions.ALL));
        assertEquals(List.of("low"), tides(Harbour.labels("water=low")));
        assertEquals(List.of("high"), tides(Harbour.fields("metadata.name=high")));
        assertEquals(List.of("high"), tides(Harbour.page(1, "")));
    }

    @Test
    void itIsReadByNameAndHasNoVersion() {
        assertEquals(
                Harbour.json(
                        "{'apiVersion':'harbour/v1','kind':'Tide','metadata':{'name':'low',"
                                + "'labels':{'water':'low'}}}"),
                Harbour.tree(tide("low")));
        ApiException e = assertThrows(ApiException.class, () -> tide("neap"));
        assertEquals("tides.harbour \"neap\" not found", e.getMessage());
    }

    @Test
    void itCanNotBeWritten() {
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.server.create(
                                        Harbour.request("create", TestGroup.TIDES, ""),
                                        Harbour.json("{'metadata':{'name':'spring'}}")));
        assertEquals(StatusReason.MethodNotAllowed, e.reason());
    }
}
