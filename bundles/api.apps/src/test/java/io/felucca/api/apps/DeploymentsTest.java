package io.felucca.api.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentsTest {
    private static final String MANIFEST =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              replicas: 3
              selector:
                matchLabels:
                  app: web
              template:
                metadata:
                  labels:
                    app: web
                spec:
                  containers:
                  - name: nginx
                    image: nginx
                    resources:
                      limits:
                        cpu: "1"
                    ports:
                    - containerPort: 80
            """;

    private final ResourceFixture deployments = ResourceFixture.of(new AppsGroup(), "Deployment");

    @Test
    void aMinimalManifestGetsUpstreamsDefaults() {
        ObjectNode spec = (ObjectNode) deployments.create(MANIFEST).get("spec");
        assertEquals(
                "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\"}}",
                spec.get("strategy").toString());
        assertEquals(10, spec.get("revisionHistoryLimit").asInt());
        assertEquals(600, spec.get("progressDeadlineSeconds").asInt());
        ObjectNode pod = (ObjectNode) spec.at("/template/spec");
        assertEquals("Always", pod.at("/containers/0/imagePullPolicy").asText());
        assertEquals("TCP", pod.at("/containers/0/ports/0/protocol").asText());
        assertEquals(30, pod.get("terminationGracePeriodSeconds").asInt());
        assertEquals("{}", pod.get("securityContext").toString());
        // Requests come from limits in pods only: a template stays as it was written.
        assertEquals("", pod.at("/containers/0/resources/requests").asText());
        assertEquals(false, pod.has("enableServiceLinks"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/replicas | -1 | spec.replicas: Invalid value: -1: must be greater than or equal to 0
                    /spec/selector | | spec.selector: Required value && spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`
                    /spec/selector | {} | spec.selector: Invalid value: {}: empty selector is invalid for deployment
                    /spec/selector/matchLabels | {"app":"db"} | spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`
                    /spec/selector/matchLabels/app | "a b" | spec.selector.matchLabels[app]: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?') && spec.selector: Invalid value: {"matchLabels":{"app":"a b"}}: invalid label selector
                    /spec/template/spec/restartPolicy | "Never" | spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"
                    /spec/template/spec/activeDeadlineSeconds | 5 | spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported
                    /spec/strategy | {"type":"Recreate","rollingUpdate":{"maxSurge":1}} | spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'
                    /spec/strategy | {"type":"Blue"} | spec.strategy.type: Unsupported value: "Blue": supported values: "Recreate", "RollingUpdate"
                    /spec/strategy | {"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0
                    /spec/strategy | {"rollingUpdate":{"maxUnavailable":"101%"}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%
                    /spec/strategy | {"rollingUpdate":{"maxSurge":-1}} | spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0
                    /spec/minReadySeconds | -1 | spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0
                    /spec/minReadySeconds | 600 | spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds
                    /spec/revisionHistoryLimit | -1 | spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0
                    /spec/template/spec/containers | [] | spec.template.spec.containers: Required value
                    """)
    void aBrokenRuleIsNamedWithItsPath(String pointer, String value, String message) {
        assertEquals(
                List.of(message.split(" && ")), deployments.problems(MANIFEST, pointer, value));
    }

    @Test
    void theSelectorCanNotChange() {
        ObjectNode stored = deployments.create(MANIFEST);
        ResourceFixture.put(stored, "/spec/template/metadata/labels/tier", "\"front\"");
        assertEquals(
                List.of(
                        "spec.selector: Invalid value: {\"matchLabels\":{\"tier\":\"front\"}}:"
                                + " field is immutable"),
                deployments.updateProblems(
                        stored, "/spec/selector/matchLabels", "{\"tier\":\"front\"}"));
    }

    @Test
    void theTableShowsReadyReplicasContainersAndSelector() {
        ObjectNode stored = deployments.create(MANIFEST);
        ResourceFixture.put(
                stored,
                "/status",
                "{\"readyReplicas\":2,\"updatedReplicas\":3,\"availableReplicas\":1}");
        assertEquals(
                List.of("2/3", 3L, 1L, "AGE", "nginx", "nginx", "app=web"),
                deployments.wideCells(stored));
    }
}
