package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A Java operator with a definition of two versions, a conversion webhook and webhooks of
 * admission, as those see it who use its resources by kubectl.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.felucca.itests.e2e.KubectlProgram#found")
@ExtendWith(Cluster.Resolver.class)
final class OperatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = "harbour.example.com";

    private static final String HOOKS =
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: @kind@
            metadata: {name: fleets.harbour.example.com}
            webhooks:
            - name: fleets.harbour.example.com
              admissionReviewVersions: [v1]
              sideEffects: None
              matchPolicy: Equivalent
              clientConfig: {url: "@url@", caBundle: @caBundle@}
              rules:
              - {operations: [CREATE, UPDATE], apiGroups: [harbour.example.com], apiVersions: [v1], resources: [fleets]}
            """;

    private static final String FLEET =
            """
            apiVersion: harbour.example.com/v1
            kind: Fleet
            metadata: {name: silver}
            spec: {ships: 3}
            """;

    private final Kubectl kubectl;
    private final KubernetesClient client;

    /** What the validating webhook was asked about last, by name. */
    private final Map<String, JsonNode> judged = new ConcurrentHashMap<>();

    @TempDir Path folder;
    private HookServer server;

    OperatorTest(KubectlProgram program, Cluster cluster) {
        kubectl = program.in(cluster, "operator");
        client =
                new KubernetesClientBuilder()
                        .withConfig(
                                Config.fromKubeconfig(
                                        cluster.home().resolve("admin.kubeconfig").toFile()))
                        .build();
    }

    @BeforeEach
    void define() throws Exception {
        server = new HookServer(folder);
        server.answer("/convert", OperatorTest::convert);
        server.answer("/default", OperatorTest::addHome);
        server.answer("/judge", this::judge);
        try (InputStream in = OperatorTest.class.getResourceAsStream("fleets.yaml")) {
            String definition = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            kubectl.apply(
                    definition
                            .replace("@url@", server.url(""))
                            .replace("@caBundle@", server.caBundle()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        kubectl.ok("wait --for=condition=Established crd/fleets." + GROUP + " --timeout=10s");
        configure("MutatingWebhookConfiguration", "/default");
        configure("ValidatingWebhookConfiguration", "/judge");
    }

    private void configure(String kind, String path) {
        kubectl.apply(
                HOOKS.replace("@kind@", kind)
                        .replace("@url@", server.url(path))
                        .replace("@caBundle@", server.caBundle()));
    }

    @AfterEach
    void end() {
        // Without an operator nobody else would.
        for (String fleet : kubectl.ok("get fleets -o name").lines().toList()) {
            kubectl.ok("patch " + fleet + " --type=merge -p {\"metadata\":{\"finalizers\":null}}");
        }
        kubectl.ok(
                "delete --ignore-not-found mutatingwebhookconfigurations,"
                        + "validatingwebhookconfigurations fleets."
                        + GROUP);
        kubectl.ok("delete --ignore-not-found --timeout=60s crd fleets." + GROUP);
        client.close();
        server.close();
    }

    /** Between {@code ships: 3} of v1 and {@code size: "3 ships"} of v1beta1. */
    private static ObjectNode convert(JsonNode request) {
        ObjectNode response = JSON.createObjectNode();
        ArrayNode converted = response.putArray("convertedObjects");
        String wanted = request.get("desiredAPIVersion").asText();
        for (JsonNode one : request.get("objects")) {
            ObjectNode object = one.deepCopy();
            ObjectNode spec = object.withObjectProperty("spec");
            object.put("apiVersion", wanted);
            if (wanted.endsWith("/v1beta1")) {
                spec.put("size", spec.remove("ships").asInt() + " ships");
            } else {
                spec.put(
                        "ships",
                        Integer.parseInt(spec.remove("size").asText().replace(" ships", "")));
            }
            converted.add(object);
        }
        response.putObject("result").put("status", "Success");
        return response;
    }

    private static ObjectNode addHome(JsonNode request) {
        ObjectNode response = JSON.createObjectNode().put("allowed", true);
        if (!request.at("/object/spec").has("home")) {
            String patch = "[{\"op\":\"add\",\"path\":\"/spec/home\",\"value\":\"dhofar\"}]";
            response.put("patchType", "JSONPatch");
            response.put("patch", patch.getBytes(StandardCharsets.UTF_8));
        }
        return response;
    }

    private ObjectNode judge(JsonNode request) {
        judged.put(request.path("name").asText(), request.get("object"));
        boolean ghost = request.path("name").asText().startsWith("ghost");
        ObjectNode response = JSON.createObjectNode().put("allowed", !ghost);
        if (ghost) {
            response.putObject("status").put("message", "no ghosts").put("code", 422);
        }
        return response;
    }

    private FleetOperator operator(String name) {
        return new FleetOperator(client, kubectl.namespace(), name);
    }

    private long ships(String fleet) {
        return kubectl.ok("get configmaps -o name -l harbour.example.com/fleet=" + fleet)
                .lines()
                .count();
    }

    @Test
    void aResourceIsActedOnScaledAndCleanedUpAfter() {
        try (FleetOperator operator = operator("one")) {
            kubectl.apply(FLEET);
            kubectl.ok("wait --for=condition=Ready fleet/silver --timeout=60s");
            assertEquals(3, ships("silver"));
            JsonNode fleet = kubectl.json("get fleet silver");
            assertEquals("dhofar", fleet.at("/spec/home").asText(), "the webhook's default");
            assertEquals("dhofar", judged.get("silver").at("/spec/home").asText());
            assertEquals(
                    fleet.at("/metadata/generation").asInt(),
                    fleet.at("/status/observedGeneration").asInt());
            String table = kubectl.ok("get fl");
            assertTrue(
                    table.matches("(?s)NAME +READY +SAILING +AGE\nsilver +True +3 +\\S+\n"), table);
            String owner = kubectl.field("configmap silver-0", "/metadata/ownerReferences/0/uid");
            assertEquals(fleet.at("/metadata/uid").asText(), owner);

            kubectl.ok("scale fleet silver --replicas=5");
            Eventually.is("more ships sail", () -> ships("silver") == 5);
            kubectl.ok("scale fleet silver --replicas=1");
            Eventually.is("less ships sail", () -> ships("silver") == 1);
            Eventually.is(
                    "the status says so",
                    () -> kubectl.field("fleet silver", "/status/ships").equals("1"));
            JsonNode scale =
                    RawApi.parse(
                            kubectl.ok(
                                    "get --raw /apis/harbour.example.com/v1/namespaces/"
                                            + kubectl.namespace()
                                            + "/fleets/silver/scale"));
            assertEquals("harbour.example.com/fleet=silver", scale.at("/status/selector").asText());

            kubectl.ok("delete configmap silver-0");
            Eventually.is("a lost ship is replaced", () -> ships("silver") == 1);

            kubectl.ok("delete fleet silver --timeout=60s");
            assertEquals(List.of("silver"), operator.moored());
            Eventually.is("the ships are gone with it", () -> ships("silver") == 0);
        }
    }

    @Test
    void bothVersionsShowTheSameObject() {
        kubectl.apply(FLEET);
        JsonNode old = kubectl.json("get fleets.v1beta1.harbour.example.com silver");
        assertEquals("3 ships", old.at("/spec/size").asText());
        assertEquals("harbour.example.com/v1beta1", old.get("apiVersion").asText());
        kubectl.apply(
                """
                apiVersion: harbour.example.com/v1beta1
                kind: Fleet
                metadata: {name: gold}
                spec: {size: 7 ships, home: sur}
                """);
        assertEquals("7", kubectl.field("fleets.v1.harbour.example.com gold", "/spec/ships"));
        // The webhook is for v1, and sees that of what was sent as v1beta1.
        assertEquals(7, judged.get("gold").at("/spec/ships").asInt());
        kubectl.ok(
                "patch fleets.v1beta1.harbour.example.com gold --type=merge -p"
                        + " {\"spec\":{\"size\":\"8\"}}");
        assertEquals("8", kubectl.field("fleets.v1.harbour.example.com gold", "/spec/ships"));
        assertEquals(2, kubectl.json("get fleets.v1beta1.harbour.example.com").get("items").size());
    }

    @Test
    void whatRulesAndWebhooksRefuseIsNotStored() {
        String many = kubectl.with(FLEET.replace("3", "11"), "create", "-f", "-").fails();
        assertTrue(
                many.contains("spec: Invalid value: \"object\": at most 10 ships, not 11"), many);
        String ghost = kubectl.with(FLEET.replace("silver", "ghost"), "create", "-f", "-").fails();
        assertTrue(
                ghost.contains(
                        "admission webhook \"fleets.harbour.example.com\" denied the request: no"
                                + " ghosts"),
                ghost);
        assertFalse(kubectl.exists("fleet ghost"));
        kubectl.apply(FLEET);
        String moved =
                kubectl.fails("patch fleet silver --type=merge -p {\"spec\":{\"home\":\"x\"}}");
        assertTrue(moved.contains("a fleet keeps its home"), moved);
    }

    @Test
    void anotherInstanceTakesOverWhenTheLeaderGoes() {
        try (FleetOperator first = operator("first")) {
            Eventually.is("the first leads", first::leads);
            try (FleetOperator second = operator("second")) {
                kubectl.apply(FLEET);
                kubectl.ok("wait --for=condition=Ready fleet/silver --timeout=60s");
                assertEquals("first", kubectl.field("configmap silver-0", "/data/operator"));
                assertFalse(second.leads());
                first.close();
                Eventually.is("the second leads", second::leads);
                kubectl.ok("scale fleet silver --replicas=4");
                Eventually.is("it sails more", () -> ships("silver") == 4);
                assertEquals("second", kubectl.field("configmap silver-3", "/data/operator"));
                kubectl.ok("delete fleet silver --timeout=60s");
                assertEquals(List.of("silver"), second.moored());
            }
        }
    }
}
