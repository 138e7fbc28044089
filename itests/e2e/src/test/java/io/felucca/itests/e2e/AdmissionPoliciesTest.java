package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Policies that change what is written, and what the audit says of those that only judge. */
@ExtendWith(Cluster.Resolver.class)
final class AdmissionPoliciesTest {
    private static final String MUTATING =
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicy
            metadata: {name: crew.example.com}
            spec:
              reinvocationPolicy: IfNeeded
              matchConstraints:
                resourceRules:
                - {operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}
              matchConditions:
              - {name: not-calm, expression: '!object.metadata.name.startsWith("calm")'}
              variables:
              - {name: image, expression: 'object.spec.containers[0].image'}
              mutations:
              - patchType: ApplyConfiguration
                applyConfiguration:
                  expression: >
                    Object{
                      metadata: Object.metadata{labels: {"sails": "yes"}},
                      spec: Object.spec{initContainers: [Object.spec.initContainers{
                        name: "mate", image: variables.image, restartPolicy: "Always"}]}}
              - patchType: JSONPatch
                jsonPatch:
                  expression: >
                    has(object.metadata.annotations) ? [] :
                    [JSONPatch{op: "add", path: "/metadata/annotations", value: {}},
                     JSONPatch{op: "add", value: object.spec.initContainers[0].name,
                       path: "/metadata/annotations/" + jsonpatch.escapeKey("example.com/mate")}]
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicyBinding
            metadata: {name: crew.example.com}
            spec:
              policyName: crew.example.com
              matchResources:
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: @namespace@}}
            """;

    private static final String VALIDATING =
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: crew.example.com}
            spec:
              matchConstraints:
                resourceRules:
                - {operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [configmaps]}
              validations:
              - {expression: has(object.data), message: no data}
              auditAnnotations:
              - {key: who, valueExpression: '"by " + request.userInfo.username'}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: crew.example.com}
            spec:
              policyName: crew.example.com
              validationActions: [Warn, Audit]
              matchResources:
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: @namespace@}}
            """;

    private final Cluster cluster;
    private final Kubectl kubectl;
    @TempDir Path folder;

    AdmissionPoliciesTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("policies");
    }

    @AfterEach
    void end() {
        kubectl.ok(
                "delete --ignore-not-found validatingadmissionpolicies,"
                        + "validatingadmissionpolicybindings,mutatingadmissionpolicies,"
                        + "mutatingadmissionpolicybindings crew.example.com");
    }

    @Test
    void aMutatingPolicyCompletesWhatIsWritten() {
        kubectl.apply(MUTATING.replace("@namespace@", kubectl.namespace()));
        JsonNode pod = kubectl.json("run dhow --image=registry.k8s.io/pause:3.10 --dry-run=server");
        assertEquals("yes", pod.at("/metadata/labels/sails").asText(), pod::toString);
        assertEquals("dhow", pod.at("/metadata/labels/run").asText());
        assertEquals("mate", pod.at("/metadata/annotations/example.com~1mate").asText());
        JsonNode mate = pod.at("/spec/initContainers/0");
        assertEquals("registry.k8s.io/pause:3.10", mate.path("image").asText());
        assertEquals("File", mate.path("terminationMessagePolicy").asText(), "a default");
        assertEquals(1, mate.path("volumeMounts").size(), "the service account's, once");
        JsonNode calm =
                kubectl.json("run calm --image=registry.k8s.io/pause:3.10 --dry-run=server");
        assertTrue(calm.at("/spec/initContainers").isMissingNode(), calm::toString);
        String table = kubectl.ok("get mutatingadmissionpolicies crew.example.com --no-headers");
        assertTrue(table.matches("crew.example.com +2 +<unset> +\\S+\\s*"), table);
    }

    @Test
    void aMutatingPolicyThatCanNotBeIsRefused() {
        String wrong =
                kubectl.with(
                                MUTATING.replace("Object.spec{init", "Objects.spec{init"),
                                "create",
                                "-f",
                                "-")
                        .fails();
        assertTrue(
                wrong.contains("spec.mutations[0].applyConfiguration.expression: Invalid value"),
                wrong);
    }

    @Test
    void whatAPolicyHasToSayIsOnRecord() throws Exception {
        Path policy =
                Files.writeString(
                        folder.resolve("policy.yaml"),
                        """
                        apiVersion: audit.k8s.io/v1
                        kind: Policy
                        rules:
                        - {level: Metadata, verbs: [create], resources: [{group: "", resources: [configmaps]}]}
                        - {level: None}
                        """);
        Path log = folder.resolve("audit.log");
        Path config = cluster.home().resolve("karaf/etc/io.felucca.apiserver.audit.cfg");
        Files.writeString(config, "policy.file = " + policy + "\nlog.path = " + log + "\n");
        try {
            kubectl.apply(VALIDATING.replace("@namespace@", kubectl.namespace()));
            Eventually.is(
                    "the failure is recorded",
                    () -> {
                        kubectl.ok("delete configmap empty --ignore-not-found");
                        Run run = kubectl.run("create", "configmap", "empty");
                        run.ok();
                        return Files.exists(log) && run.err().contains("no data");
                    });
            String name = "validation.policy.admission.k8s.io/validation_failure";
            Eventually.passes(
                    () -> {
                        JsonNode said =
                                Texts.lines(log).stream()
                                        .map(RawApi::parse)
                                        .filter(event -> event.at("/annotations").has(name))
                                        .findFirst()
                                        .orElseThrow(() -> new AssertionError(Texts.read(log)))
                                        .get("annotations");
                        assertEquals(
                                "by kubernetes-admin", said.get("crew.example.com/who").asText());
                        JsonNode failure = RawApi.parse(said.get(name).asText()).get(0);
                        assertEquals("no data", failure.path("message").asText());
                        assertEquals("crew.example.com", failure.path("policy").asText());
                        assertEquals("crew.example.com", failure.path("binding").asText());
                        assertEquals(0, failure.path("expressionIndex").asInt(-1));
                        assertEquals(
                                List.of("Warn", "Audit").toString().replace(" ", ""),
                                failure.path("validationActions").toString().replace("\"", ""));
                    });
        } finally {
            Files.delete(config);
        }
    }
}
