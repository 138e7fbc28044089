package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Admission that the cluster's users configure: webhooks and policies, as kubectl sees them. */
@ExtendWith(Cluster.Resolver.class)
final class AdmissionTest {
    private static final String HOOKS =
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: %s
            metadata:
              name: e2e.example.com
            webhooks:
            - name: e2e.example.com
              admissionReviewVersions: [v1]
              sideEffects: None
              timeoutSeconds: 5
              clientConfig:
                url: %s
                caBundle: %s
              namespaceSelector:
                matchLabels: {kubernetes.io/metadata.name: %s}
              matchConditions:
              - {name: not-calm, expression: '!object.metadata.name.startsWith("calm")'}
              rules:
              - operations: [CREATE]
                apiGroups: [""]
                apiVersions: [v1]
                resources: [%s]
            """;

    private static final String POLICY =
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata:
              name: few.example.com
            spec:
              paramKind: {apiVersion: v1, kind: ConfigMap}
              matchConstraints:
                resourceRules:
                - operations: [CREATE, UPDATE]
                  apiGroups: [apps]
                  apiVersions: [v1]
                  resources: [deployments]
              variables:
              - {name: most, expression: int(params.data.most)}
              validations:
              - expression: object.spec.replicas <= variables.most
                messageExpression: '"at most " + string(variables.most) + " replicas"'
            """;

    private static final String BINDING =
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata:
              name: few.example.com
            spec:
              policyName: few.example.com
              validationActions: [%s]
              paramRef: {name: limits, parameterNotFoundAction: Deny}
              matchResources:
                namespaceSelector:
                  matchLabels: {kubernetes.io/metadata.name: %s}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WRITERS = 48;

    private final Kubectl kubectl;
    private final RawApi api;
    @TempDir Path folder;
    private HookServer server;

    AdmissionTest(Cluster cluster) {
        kubectl = cluster.newNamespace("admission");
        api = cluster.api();
    }

    @BeforeEach
    void serve() throws Exception {
        server = new HookServer(folder);
    }

    @AfterEach
    void end() {
        server.close();
        kubectl.ok(
                "delete --ignore-not-found"
                        + " validatingwebhookconfigurations,mutatingwebhookconfigurations,"
                        + "validatingadmissionpolicies e2e.example.com few.example.com");
        kubectl.ok("delete --ignore-not-found validatingadmissionpolicybindings few.example.com");
    }

    private void configure(String kind, String path, String resource) {
        kubectl.apply(
                HOOKS.formatted(
                        kind, server.url(path), server.caBundle(), kubectl.namespace(), resource));
    }

    @Test
    void aValidatingWebhookRefusesInItsOwnWords() {
        server.answer(
                "/refuse",
                "{\"allowed\":false,\"status\":{\"code\":403,\"reason\":\"Forbidden\","
                        + "\"message\":\"no boats\"},\"warnings\":[\"mind the sea\"]}");
        configure("ValidatingWebhookConfiguration", "/refuse", "configmaps");
        Run refused = kubectl.run("create", "configmap", "boat");
        String words = refused.fails();
        assertTrue(
                words.contains(
                        "admission webhook \"e2e.example.com\"" + " denied the request: no boats"),
                words);
        assertTrue(words.contains("Warning: mind the sea"), words);
        assertFalse(kubectl.exists("configmap boat"));
        kubectl.ok("create configmap calm-boat");
    }

    @Test
    void aWebhookThatIsAwayRefusesWhatItsRulesName() {
        configure("ValidatingWebhookConfiguration", "/nowhere", "configmaps");
        server.close();
        String words = kubectl.fails("create configmap boat");
        assertTrue(
                words.contains(
                        "failed calling webhook \"e2e.example.com\": failed to call webhook: Post"),
                words);
        kubectl.ok("create secret generic boat");
    }

    /** More writes at once than the server has threads, each waiting for another write. */
    @Test
    void aWebhookMayWriteToTheClusterBeforeItAnswers() {
        String path = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
        Function<String, RawApi.Answer> create =
                name ->
                        api.post(
                                path,
                                "application/json",
                                "{\"metadata\":{\"name\":\"" + name + "\"}}");
        server.answer(
                "/write",
                request -> {
                    RawApi.Answer answer = create.apply("calm-" + request.path("name").asText());
                    return JSON.createObjectNode().put("allowed", answer.status() == 201);
                });
        configure("ValidatingWebhookConfiguration", "/write", "configmaps");
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<CompletableFuture<RawApi.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String name = "boat-" + i;
                answers.add(CompletableFuture.supplyAsync(() -> create.apply(name), writers));
            }
            answers.forEach(one -> assertEquals(201, one.join().status(), one.join()::body));
        } finally {
            writers.shutdownNow();
        }
    }

    @Test
    void whatAMutatingWebhookAddsIsCompletedByTheServer() {
        server.answer(
                "/mutate",
                HookServer.patch(
                        "[{\"op\":\"add\",\"path\":\"/spec/containers/-\",\"value\":"
                            + "{\"name\":\"sidecar\",\"image\":\"registry.k8s.io/pause:3.10\"}},"
                            + "{\"op\":\"add\",\"path\":\"/metadata/labels/sailed\","
                            + "\"value\":\"yes\"}]"));
        configure("MutatingWebhookConfiguration", "/mutate", "pods");
        JsonNode pod = kubectl.json("run boat --image=registry.k8s.io/pause:3.10 --dry-run=server");
        assertEquals("yes", pod.at("/metadata/labels/sailed").asText());
        assertEquals(2, pod.at("/spec/containers").size());
        JsonNode sidecar = pod.at("/spec/containers/1");
        assertEquals("File", sidecar.path("terminationMessagePolicy").asText(), pod::toString);
        assertEquals(
                "/var/run/secrets/kubernetes.io/serviceaccount",
                sidecar.at("/volumeMounts/0/mountPath").asText(),
                pod::toString);
        assertEquals(1, pod.at("/spec/containers/0/volumeMounts").size(), pod::toString);
    }

    @Test
    void aPolicyWithParametersDeniesAndWarns() {
        kubectl.ok("create configmap limits --from-literal=most=2");
        kubectl.apply(POLICY);
        kubectl.apply(BINDING.formatted("Deny", kubectl.namespace()));
        String create =
                "create deployment fleet --image=registry.k8s.io/pause:3.10 --dry-run=server"
                        + " --replicas=";
        String words = kubectl.fails(create + 3);
        assertTrue(
                words.contains(
                        "ValidatingAdmissionPolicy 'few.example.com' with binding 'few.example.com'"
                                + " denied request: at most 2 replicas"),
                words);
        kubectl.ok(create + 2);
        kubectl.apply(BINDING.formatted("Warn", kubectl.namespace()));
        Run warned = kubectl.run((create + 3).split(" "));
        warned.ok();
        assertTrue(
                warned.err()
                        .contains(
                                "Warning: Validation failed for ValidatingAdmissionPolicy"
                                    + " 'few.example.com' with binding 'few.example.com': at most 2"
                                    + " replicas"),
                warned::toString);
    }

    @Test
    void anExpressionThatCanNotBeCompiledIsRefusedWithItsPlace() {
        String words =
                kubectl.with(POLICY.replace("params.data", "parms.data"), "create", "-f", "-")
                        .fails();
        assertTrue(
                words.contains("spec.variables[0].expression: Invalid value")
                        && words.contains("undeclared reference to 'parms'"),
                words);
    }
}
