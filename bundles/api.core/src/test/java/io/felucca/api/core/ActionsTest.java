package io.felucca.api.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActionsTest {
    private final ResourceFixture pods = CoreFixture.of("Pod");
    private final FakeServer server = new FakeServer();
    private final ObjectNode pod =
            pods.create(
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: web
                      labels:
                        app: web
                    spec:
                      containers:
                      - name: app
                        image: nginx
                    """);

    private ObjectNode run(String subresource, String body) {
        server.pod = pod;
        Subresource.Action action =
                (Subresource.Action)
                        pods.definition().subresource(subresource).orElseThrow().behaviour();
        ApiRequest request =
                ApiRequest.of(UserInfo.of("me"), "create", Core.PODS, "default", "web")
                        .withSubresource(subresource);
        ObjectNode parsed = Json.object();
        ResourceFixture.put(parsed, "/body", body);
        return action.run(server, request, (ObjectNode) parsed.get("body"))
                .toCompletableFuture()
                .join();
    }

    @Test
    void aBindingGivesThePodItsNodeOnce() {
        String binding = "{\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}";
        assertEquals("Success", run("binding", binding).path("status").asText());
        assertEquals("n1", pod.at("/spec/nodeName").asText());
        assertEquals(
                "{\"type\":\"PodScheduled\",\"status\":\"True\",\"lastProbeTime\":null,"
                        + "\"lastTransitionTime\":\"2030-01-01T12:00:00Z\"}",
                pod.at("/status/conditions/0").toString());
        ApiException again = assertThrows(ApiException.class, () -> run("binding", binding));
        assertEquals(
                "Operation cannot be fulfilled on pods/binding \"web\": pod web is already"
                        + " assigned to node \"n1\"",
                again.getMessage());
        assertEquals(409, again.status().code());
    }

    @Test
    void aBindingsLabelsAndAnnotationsGoToThePod() {
        run(
                "binding",
                "{\"metadata\":{\"labels\":{\"zone\":\"z1\"},\"annotations\":{\"by\":\"me\"}},"
                        + "\"target\":{\"name\":\"n1\"}}");
        assertEquals("z1", pod.at("/metadata/labels/zone").asText());
        assertEquals("me", pod.at("/metadata/annotations/by").asText());
    }

    @Test
    void aBindingOfAnotherPodOfTheNameIsRefused() {
        ApiException other =
                assertThrows(
                        ApiException.class,
                        () ->
                                run(
                                        "binding",
                                        "{\"metadata\":{\"uid\":\"x\"},\"target\":{\"name\":\"n\"}}"));
        assertEquals(409, other.status().code());
        assertEquals("", pod.at("/spec/nodeName").asText());
    }

    @Test
    void anEvictionDeletesUnlessABudgetIsSpent() {
        pod.withObject("/status").put("phase", "Running");
        server.budget = Json.object();
        ResourceFixture.put(server.budget, "/metadata", "{\"name\":\"b\",\"generation\":1}");
        ResourceFixture.put(
                server.budget, "/spec", "{\"selector\":{\"matchLabels\":{\"app\":\"web\"}}}");
        ResourceFixture.put(
                server.budget, "/status", "{\"observedGeneration\":1,\"disruptionsAllowed\":1}");
        run("eviction", "{}");
        assertEquals(List.of("web"), server.deleted);
        assertEquals(0, server.budget.at("/status/disruptionsAllowed").asInt());
        assertEquals(
                "2030-01-01T12:00:00Z", server.budget.at("/status/disruptedPods/web").asText());

        ApiException refused = assertThrows(ApiException.class, () -> run("eviction", "{}"));
        assertEquals(429, refused.status().code());
        assertEquals(
                "Cannot evict pod as it would violate the pod's disruption budget.",
                refused.getMessage());
        assertEquals(List.of("web"), server.deleted);
    }

    @Test
    void anEvictionMaySayThatItIsOfTheOlderVersion() {
        Subresource.Action action =
                (Subresource.Action)
                        pods.definition().subresource("eviction").orElseThrow().behaviour();
        assertEquals(Set.of("policy/v1beta1"), action.otherApiVersions());
    }

    @Test
    void anEvictionThatIsOnlyTriedDeletesNothing() {
        run("eviction", "{\"deleteOptions\":{\"dryRun\":[\"All\"]}}");
        assertEquals(List.of(), server.deleted);
    }

    @Test
    void anEphemeralContainerIsAddedButNeverChanged() {
        Subresource.View view =
                (Subresource.View)
                        pods.definition()
                                .subresource("ephemeralcontainers")
                                .orElseThrow()
                                .behaviour();
        ObjectNode body = pod.deepCopy();
        ResourceFixture.put(
                body,
                "/spec/ephemeralContainers",
                "[{\"name\":\"debug\",\"image\":\"busybox\",\"terminationMessagePolicy\":\"File\"}]");
        ObjectNode updated = view.apply(pod.deepCopy(), body);
        assertEquals(List.of(), view.validate(updated, pod));
        assertEquals("Always", updated.at("/spec/ephemeralContainers/0/imagePullPolicy").asText());
        assertEquals(
                "[spec.ephemeralContainers: Forbidden: existing ephemeral containers \"debug\" may"
                        + " not be removed\n]",
                view.validate(pod, updated).toString());
    }

    @Test
    void aResizeTakesOnlyResources() {
        Subresource.View view =
                (Subresource.View)
                        pods.definition().subresource("resize").orElseThrow().behaviour();
        ResourceFixture.put(pod, "/spec/containers/0/resources", "{\"requests\":{\"cpu\":\"1\"}}");
        ObjectNode body = pod.deepCopy();
        ResourceFixture.put(body, "/spec/containers/0/resources", "{\"requests\":{\"cpu\":\"2\"}}");
        ResourceFixture.put(body, "/spec/containers/0/image", "\"other\"");
        ObjectNode updated = view.apply(pod.deepCopy(), body);
        assertEquals("2", updated.at("/spec/containers/0/resources/requests/cpu").asText());
        assertEquals("nginx", updated.at("/spec/containers/0/image").asText());
        assertEquals(List.of(), view.validate(updated, pod));
    }
}
