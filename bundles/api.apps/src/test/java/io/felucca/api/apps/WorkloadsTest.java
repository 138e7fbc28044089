package io.felucca.api.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Subresource;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadsTest {
    private static ResourceFixture of(String kind) {
        return ResourceFixture.of(new AppsGroup(), kind);
    }

    private static String manifest(String kind) {
        String extra =
                kind.equals("StatefulSet")
                        ? """
                          serviceName: db
                          volumeClaimTemplates:
                          - metadata:
                              name: data
                            spec:
                              accessModes: [ReadWriteOnce]
                              resources:
                                requests:
                                  storage: 1Gi
                        """
                        : "";
        return """
        apiVersion: apps/v1
        kind: %s
        metadata:
          name: db
        spec:
          selector:
            matchLabels:
              app: db
          template:
            metadata:
              labels:
                app: db
            spec:
              containers:
              - name: db
                image: db:1
                volumeMounts: %s
        """
                        .formatted(
                                kind, extra.isEmpty() ? "[]" : "[{name: data, mountPath: /data}]")
                + extra;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    ReplicaSet | /spec/replicas | -1 | spec.replicas: Invalid value: -1: must be greater than or equal to 0
                    ReplicaSet | /spec/selector | {} | spec.selector: Invalid value: {}: empty selector is invalid for deployment
                    ReplicaSet | /spec/minReadySeconds | -1 | spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0
                    DaemonSet | /spec/selector | {} | spec.selector: Invalid value: {}: empty selector is invalid for daemonset
                    DaemonSet | /spec/updateStrategy | {"type":"X"} | spec.updateStrategy.type: Unsupported value: "X": supported values: "RollingUpdate", "OnDelete"
                    DaemonSet | /spec/updateStrategy | {"rollingUpdate":{"maxSurge":1}} | spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero
                    DaemonSet | /spec/updateStrategy | {"rollingUpdate":{"maxUnavailable":0}} | spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0 when maxSurge is 0
                    DaemonSet | /spec/template/spec/restartPolicy | "OnFailure" | spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"
                    StatefulSet | /spec/podManagementPolicy | "X" | spec.podManagementPolicy: Invalid value: "X": must be 'OrderedReady' or 'Parallel'
                    StatefulSet | /spec/updateStrategy | {"type":"OnDelete","rollingUpdate":{"partition":1}} | spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy 'RollingUpdate'
                    StatefulSet | /spec/updateStrategy | {"rollingUpdate":{"partition":-1}} | spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0
                    StatefulSet | /spec/volumeClaimTemplates | [] | spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"
                    StatefulSet | /spec/selector | {} | spec.selector: Invalid value: {}: empty selector is invalid for statefulset
                    """)
    void aBrokenRuleIsNamedWithItsPath(String kind, String pointer, String value, String message) {
        of(kind).create(manifest(kind));
        assertEquals(List.of(message), of(kind).problems(manifest(kind), pointer, value));
    }

    @Test
    void onlyAFewFieldsOfAStatefulSetChange() {
        ResourceFixture sets = of("StatefulSet");
        ObjectNode stored = sets.create(manifest("StatefulSet"));
        assertEquals(List.of(), sets.updateProblems(stored, "/spec/replicas", "5"));
        assertEquals(
                List.of(
                        "spec: Forbidden: updates to statefulset spec for fields other than"
                                + " 'replicas', 'ordinals', 'template', 'updateStrategy',"
                                + " 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'"
                                + " and 'minReadySeconds' are forbidden"),
                sets.updateProblems(stored, "/spec/serviceName", "\"other\""));
    }

    @Test
    void theScaleShowsAndSetsReplicas() {
        ResourceFixture sets = of("ReplicaSet");
        ObjectNode stored = sets.create(manifest("ReplicaSet"));
        ResourceFixture.put(stored, "/status", "{\"replicas\":1}");
        Subresource.View scale =
                (Subresource.View) sets.definition().subresource("scale").orElseThrow().behaviour();
        ObjectNode shown = scale.show(stored);
        assertEquals("Scale", shown.get("kind").asText());
        assertEquals("{\"replicas\":1,\"selector\":\"app=db\"}", shown.get("status").toString());
        ResourceFixture.put(shown, "/spec/replicas", "7");
        assertEquals(7, scale.apply(stored, shown).at("/spec/replicas").asInt());
        ResourceFixture.put(shown, "/spec/replicas", "-7");
        assertEquals(
                "[spec.replicas: Invalid value: -7: must be greater than or equal to 0]",
                scale.validate(scale.apply(stored, shown), stored).toString());
    }

    @Test
    void aRevisionKeepsItsData() {
        ResourceFixture revisions = of("ControllerRevision");
        String manifest =
                "{\"metadata\":{\"name\":\"a\"},\"revision\":1,\"data\":{\"spec\":{\"x\":1}}}";
        ObjectNode stored = revisions.create(manifest);
        assertEquals(
                List.of("data: Invalid value: {}: field is immutable"),
                revisions.updateProblems(stored, "/data", "{}"));
        assertEquals(
                List.of("data: Required value: data is mandatory"),
                revisions.problems(manifest, "/data", ""));
    }
}
