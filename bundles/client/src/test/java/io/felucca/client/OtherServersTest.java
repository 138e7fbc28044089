package io.felucca.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.apiserver.api.Aggregation.Documents;
import io.felucca.apiserver.api.Aggregation.Group;
import io.felucca.apiserver.api.Aggregation.Remote;
import io.felucca.apiserver.api.Aggregation.Version;
import io.felucca.apiserver.api.Aggregation.View;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.testing.RefusingServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class OtherServersTest {
    private static final GroupVersionResource BOATS =
            new GroupVersionResource("boats.io", "v1", "boats");
    private static final Key GULL = new Key("ns", "gull");

    private final OtherServers others = new OtherServers();
    private final List<String> sent = new ArrayList<>();
    private boolean current = true;
    private boolean allowed = true;
    private ApiException refusal;
    private String answer = "";

    /** Another server that writes down what it gets. */
    private final class Boats implements Remote {
        @Override
        public Documents documents() {
            ArrayNode resources = Json.mapper().createArrayNode();
            resources
                    .addObject()
                    .put("resource", "boats")
                    .put("scope", "Namespaced")
                    .<com.fasterxml.jackson.databind.node.ObjectNode>set(
                            "verbs", Json.mapper().createArrayNode().add("list").add("delete"))
                    .putObject("responseKind")
                    .put("kind", "Boat");
            return new Documents(current, resources, "", null);
        }

        @Override
        public Connection connect() {
            throw new UnsupportedOperationException("nobody has an exchange here");
        }

        @Override
        public CompletionStage<byte[]> send(
                UserInfo user, String method, String target, String type, byte[] body) {
            sent.add(
                    user.name()
                            + " "
                            + method
                            + " "
                            + target
                            + " "
                            + type
                            + " "
                            + new String(body, StandardCharsets.UTF_8));
            return refusal == null
                    ? CompletableFuture.completedFuture(answer.getBytes(StandardCharsets.UTF_8))
                    : CompletableFuture.failedFuture(refusal);
        }
    }

    private Client<GenericKubernetesResource> client() {
        Aggregation aggregation =
                () ->
                        new View(
                                1,
                                List.of(
                                        new Group(
                                                "boats.io",
                                                List.of(
                                                        new Version("v1", new Boats()),
                                                        new Version("v0", null)))));
        others.come(aggregation);
        ServerGate gate = new ServerGate();
        gate.arrive(
                new RefusingServer() {
                    @Override
                    public void authorize(ApiRequest request) {
                        sent.add("authorize " + request.verb() + " " + request.resource());
                        if (!allowed) {
                            throw ApiException.of(StatusReason.Forbidden, "no");
                        }
                    }
                });
        return new BundleClients(
                        gate, new Codec(), others, Identity.of("me"), new LastWrite(), null)
                .of(BOATS);
    }

    @Test
    void whatOthersServeIsDiscoveredApart() {
        Client<GenericKubernetesResource> unused = client();
        Clients.Aggregated found = others.discover();
        assertEquals(List.of(), found.failures());
        assertEquals(1, found.served().size());
        Clients.Served boats = found.served().get(0);
        assertEquals(BOATS, boats.resource());
        assertEquals("Boat", boats.kind().kind());
        assertTrue(boats.namespaced());
        assertTrue(boats.preferred());

        current = false;
        assertEquals(
                List.of("boats.io/v1: stale GroupVersion discovery: boats.io/v1"),
                others.discover().failures());
        assertEquals(List.of(), others.discover().served());
    }

    @Test
    void withoutAnAggregatorNothingIsKnown() {
        assertFalse(others.discover().failures().isEmpty());
    }

    @Test
    void callsGoThereInTheBundlesName() {
        Client<GenericKubernetesResource> client = client();
        answer =
                "{\"kind\":\"BoatList\",\"apiVersion\":\"boats.io/v1\",\"items\":[{\"metadata\":{\"name\":\"gull\"}}]}";
        GenericKubernetesResource gull = client.list("ns", "a=b").get(0);
        assertEquals("Boat", gull.getKind());
        assertEquals("boats.io/v1", gull.getApiVersion());
        assertTrue(client.delete(GULL, Client.Deletion.ofUid("u").propagating("Background")));
        assertEquals(
                List.of(
                        "authorize list " + BOATS,
                        "me GET /apis/boats.io/v1/namespaces/ns/boats?labelSelector=a%3Db  ",
                        "authorize delete " + BOATS,
                        "me DELETE /apis/boats.io/v1/namespaces/ns/boats/gull application/json"
                                + " {\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\","
                                + "\"propagationPolicy\":\"Background\",\"preconditions\":"
                                + "{\"uid\":\"u\"}}"),
                sent);
    }

    @Test
    void whoMayNotAsksNobody() {
        Client<GenericKubernetesResource> client = client();
        allowed = false;
        ApiException refused = assertThrows(ApiException.class, () -> client.get(GULL));
        assertEquals(StatusReason.Forbidden, refused.reason());
        assertEquals(List.of("authorize get " + BOATS), sent);
    }

    @Test
    void whatIsNotThereIsNoFailure() {
        Client<GenericKubernetesResource> client = client();
        refusal = ApiException.of(StatusReason.NotFound, "no such boat");
        assertTrue(client.get(GULL).isEmpty());
        assertFalse(client.delete(GULL, Client.Deletion.PLAIN));
        refusal = ApiException.unavailable("service unavailable", 0);
        assertThrows(ApiException.class, () -> client.get(GULL));
    }
}
