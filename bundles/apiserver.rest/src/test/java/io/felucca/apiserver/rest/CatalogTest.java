package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.apiserver.api.Aggregation.Documents;
import io.felucca.apiserver.api.Aggregation.Version;
import io.felucca.apiserver.api.Aggregation.View;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private static final Resources OWN =
            new Resources(
                    3,
                    List.of(
                            new Resources.Group("", List.of("v1"), List.of(FakeServer.PODS)),
                            new Resources.Group("a.io", List.of("v1", "v2"), List.of()),
                            new Resources.Group("new.io", List.of("v1"), List.of())));

    private record Remote(Documents documents) implements Aggregation.Remote {
        @Override
        public Connection connect() {
            throw ApiException.unavailable("service unavailable", 0);
        }

        @Override
        public CompletionStage<byte[]> send(
                UserInfo user, String method, String target, String contentType, byte[] body) {
            throw ApiException.unavailable("service unavailable", 0);
        }
    }

    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Remote remote(boolean current) {
        ArrayNode resources = Json.mapper().createArrayNode();
        resources.addObject().put("resource", "nodes");
        return new Remote(
                new Documents(
                        current,
                        resources,
                        "/openapi/v3/apis/m.io/v1?hash=X",
                        json(
                                "{'paths':{'/apis/m.io/v1/nodes':{'$ref':'#/definitions/A'}},"
                                        + "'definitions':{'A':{'own':'other'}}}")));
    }

    private static Aggregation.Group group(String name, Version... versions) {
        return new Aggregation.Group(name, List.of(versions));
    }

    private static Catalog catalog(boolean current) {
        return Catalog.of(
                OWN,
                new View(
                        7,
                        List.of(
                                group("", new Version("v1", null)),
                                group("m.io", new Version("v1", remote(current))),
                                group(
                                        "a.io",
                                        new Version("v2", null),
                                        new Version("v3", remote(current)),
                                        new Version("v1", null)),
                                group("gone.io", new Version("v1", null)))));
    }

    private static List<String> versions(JsonNode list) {
        List<String> all = new ArrayList<>();
        for (JsonNode group : list.path("items")) {
            for (JsonNode version : group.path("versions")) {
                all.add(
                        group.at("/metadata/name").asText()
                                + "/"
                                + version.path("version").asText()
                                + " "
                                + version.path("freshness").asText()
                                + " "
                                + version.at("/resources/0/resource").asText());
            }
        }
        return all;
    }

    @Test
    void groupsAndVersionsComeAsTheApiServicesSay() {
        assertEquals(
                List.of(
                        "m.io/v1 Current nodes",
                        "a.io/v2 Current ",
                        "a.io/v3 Current nodes",
                        "a.io/v1 Current ",
                        "new.io/v1 Current "),
                versions(Discovery.aggregated(catalog(true), false, "v2")));
        JsonNode old = Discovery.groupList(catalog(true)).path("groups");
        assertEquals("m.io", old.at("/0/name").asText());
        assertEquals("a.io/v2", old.at("/1/preferredVersion/groupVersion").asText());
        assertEquals(3, old.at("/1/versions").size());
        assertEquals(
                List.of("/ pods"),
                versions(Discovery.aggregated(catalog(true), true, "v2")).stream()
                        .map(one -> one.replace("v1 Current", ""))
                        .toList());
    }

    @Test
    void whoCannotBeAskedIsStale() {
        assertTrue(
                versions(Discovery.aggregated(catalog(false), false, "v2"))
                        .contains("m.io/v1 Stale nodes"));
    }

    @Test
    void anothersVersionIsListedByThatServer() {
        assertEquals(Optional.empty(), Discovery.resourceList(catalog(true), "m.io", "v1"));
        assertTrue(Discovery.resourceList(catalog(true), "a.io", "v1").isPresent());
        assertEquals(
                "m.io/v1",
                Discovery.group(catalog(true), "m.io", "APIGroup")
                        .orElseThrow()
                        .at("/versions/0/groupVersion")
                        .asText());
    }

    @Test
    void theDescriptionsAreOneDocument() {
        JsonNode index = OpenApiDocuments.index(catalog(true), path -> "H");
        assertEquals(
                "/openapi/v3/apis/m.io/v1?hash=X",
                index.at("/paths/apis~1m.io~1v1/serverRelativeURL").asText());
        assertEquals(
                "/openapi/v3/apis/a.io/v1?hash=H",
                index.at("/paths/apis~1a.io~1v1/serverRelativeURL").asText());
        ObjectNode v2 = OpenApiDocuments.v2(catalog(true));
        assertTrue(v2.path("paths").has("/apis/m.io/v1/nodes"));
        assertTrue(v2.path("definitions").has("A"));
    }

    @Test
    void whatTwoDescribeDifferentlyHasTwoNames() {
        ObjectNode paths = json("{'/x':{'$ref':'#/definitions/A'}}");
        ObjectNode definitions = json("{'A':{'own':'ours'},'B':{'same':1}}");
        ObjectNode part =
                json(
                        "{'paths':{'/y':{'p':[{'$ref':'#/definitions/A'}]}},'definitions':"
                                + "{'A':{'see':{'$ref':'#/definitions/B'},'me':"
                                + "{'$ref':'#/definitions/A'}},'B':{'same':1}}}");
        ObjectNode before = part.deepCopy();
        new OpenApiMerge(paths, definitions).add(part);
        assertEquals(
                json(
                        "{'A':{'own':'ours'},'B':{'same':1},'A_v2':{'see':"
                            + "{'$ref':'#/definitions/B'},'me':{'$ref':'#/definitions/A_v2'}}}"),
                definitions);
        assertEquals(
                json(
                        "{'/x':{'$ref':'#/definitions/A'},'/y':{'p':[{'$ref':'#/definitions/A_v2'}]}}"),
                paths);
        assertEquals(before, part);
    }

    @Test
    void anyChangeMakesAnotherStamp() {
        View view = new View(7, List.of());
        assertNotEquals(Catalog.stamp(OWN, view), Catalog.stamp(OWN, new View(8, List.of())));
        assertNotEquals(Catalog.stamp(OWN, view), Catalog.stamp(new Resources(4, List.of()), view));
    }

    @Test
    void aPathSaysOfWhichVersionItIs() {
        Aggregated.ApiVersion v1 = new Aggregated.ApiVersion("m.io", "v1");
        for (String path :
                List.of(
                        "/apis/m.io/v1",
                        "/apis/m.io/v1/",
                        "/apis/m.io/v1/nodes",
                        "/apis/m.io/v1/namespaces/a/pods/b",
                        "/openapi/v3/apis/m.io/v1")) {
            assertEquals(Optional.of(v1), RequestPath.parse(path).apiVersion(), path);
        }
        assertEquals(
                Optional.of(new Aggregated.ApiVersion("", "v1")),
                RequestPath.parse("/api/v1").apiVersion());
        for (String path : List.of("/", "/apis", "/apis/m.io", "/openapi/v2", "/version")) {
            assertEquals(Optional.empty(), RequestPath.parse(path).apiVersion(), path);
        }
    }
}
