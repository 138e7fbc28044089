package io.felucca.api.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodsTest {
    private static final String MINIMAL =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
            spec:
              containers:
              - name: app
                image: nginx:1.27
            """;

    private static final String FULL =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
            spec:
              containers:
              - name: app
                image: nginx:1.27
                ports:
                - containerPort: 80
                  name: http
                env:
                - name: A
                  value: b
                volumeMounts:
                - name: data
                  mountPath: /data
                livenessProbe:
                  httpGet:
                    port: http
                readinessProbe:
                  tcpSocket:
                    port: 80
                resources:
                  requests:
                    cpu: 100m
                  limits:
                    cpu: 200m
                    memory: 64Mi
                securityContext: {}
              initContainers:
              - name: init
                image: busybox
              volumes:
              - name: data
                emptyDir: {}
              - name: token
                projected:
                  sources:
                  - serviceAccountToken:
                      path: token
              tolerations:
              - key: a
                operator: Exists
              securityContext: {}
              dnsConfig: {}
              affinity: {}
              topologySpreadConstraints:
              - maxSkew: 1
                topologyKey: zone
                whenUnsatisfiable: DoNotSchedule
            """;

    private final ResourceFixture pods = CoreFixture.of("Pod");

    @Test
    void aMinimalManifestGetsUpstreamsDefaults() {
        ObjectNode pod = pods.create(MINIMAL);
        assertEquals("IfNotPresent", pod.at("/spec/containers/0/imagePullPolicy").asText());
        assertEquals(
                "/dev/termination-log",
                pod.at("/spec/containers/0/terminationMessagePath").asText());
        assertTrue(pod.at("/spec/enableServiceLinks").asBoolean());
        assertEquals("default-scheduler", pod.at("/spec/schedulerName").asText());
        assertEquals("Pending", pod.at("/status/phase").asText());
        assertEquals("BestEffort", pod.at("/status/qosClass").asText());
    }

    @Test
    void requestsComeFromLimits() {
        ObjectNode pod = pods.create(FULL);
        assertEquals(
                "{\"cpu\":\"100m\",\"memory\":\"64Mi\"}",
                pod.at("/spec/containers/0/resources/requests").toString());
        assertEquals("Burstable", pod.at("/status/qosClass").asText());
    }

    @Test
    void portsOnTheHostsNetworkAreTheHosts() {
        ObjectNode manifest = pods.decode(FULL);
        ResourceFixture.put(manifest, "/spec/hostNetwork", "true");
        assertEquals(80, pods.prepared(manifest).at("/spec/containers/0/ports/0/hostPort").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/containers | [] | spec.containers: Required value
                    /spec/containers/0/name | "" | spec.containers[0].name: Required value
                    /spec/containers/0/name | "init" | spec.initContainers[0].name: Duplicate value: "init"
                    /spec/containers/0/image | "" | spec.containers[0].image: Required value
                    /spec/containers/0/image | " nginx" | spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace
                    /spec/containers/0/imagePullPolicy | "Sometimes" | spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"
                    /spec/containers/0/ports/0/containerPort | 0 | spec.containers[0].ports[0].containerPort: Required value
                    /spec/containers/0/ports/0/containerPort | 70000 | spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive
                    /spec/containers/0/ports/0/name | "HTTP" | spec.containers[0].ports[0].name: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-) && spec.containers[0].ports[0].name: Invalid value: "HTTP": must contain at least one letter (a-z)
                    /spec/containers/0/ports/0/protocol | "ICMP" | spec.containers[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"
                    /spec/containers/0/ports/0/hostPort | 99999 | spec.containers[0].ports[0].hostPort: Invalid value: 99999: must be between 1 and 65535, inclusive
                    /spec/containers/0/env/0/name | "" | spec.containers[0].env[0].name: Required value
                    /spec/containers/0/env/0/name | "A=B" | spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='
                    /spec/containers/0/env/0/valueFrom | {} | spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`
                    /spec/containers/0/env/0/valueFrom | {"fieldRef":{"fieldPath":"metadata.name"}} | spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty
                    /spec/containers/0/env/0 | {"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.foo"}}} | spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo
                    /spec/containers/0/env/0 | {"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.gpu"}}} | spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"
                    /spec/containers/0/envFrom | [{}] | spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`
                    /spec/containers/0/volumeMounts/0/name | "gone" | spec.containers[0].volumeMounts[0].name: Not found: "gone"
                    /spec/containers/0/volumeMounts/1 | {"name":"data","mountPath":"/data"} | spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique
                    /spec/containers/0/volumeMounts/0/subPath | "../x" | spec.containers[0].volumeMounts[0].subPath: Invalid value: "../x": must not contain '..'
                    /spec/containers/0/livenessProbe/exec | {"command":["a"]} | spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type
                    /spec/containers/0/livenessProbe/successThreshold | 2 | spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
                    /spec/containers/0/livenessProbe | {} | spec.containers[0].livenessProbe: Required value: must specify a handler type
                    /spec/containers/0/readinessProbe/periodSeconds | -1 | spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0
                    /spec/containers/0/resources/requests/cpu | "2" | spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 200m
                    /spec/containers/0/resources/requests/cpu | "-1" | spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0
                    /spec/containers/0/resources/limits/foo | "1" | spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource for containers && spec.containers[0].resources.requests[foo]: Invalid value: "foo": must be a standard resource for containers
                    /spec/containers/0/securityContext/runAsUser | -1 | spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive
                    /spec/initContainers/0/livenessProbe | {"exec":{"command":["a"]}} | spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always
                    /spec/volumes/0/name | "Data" | spec.volumes[0].name: Invalid value: "Data": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?') && spec.containers[0].volumeMounts[0].name: Not found: "data"
                    /spec/volumes/1/name | "data" | spec.volumes[1].name: Duplicate value: "data"
                    /spec/volumes/0/hostPath | {"path":"/x"} | spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type
                    /spec/volumes/1/projected/sources/0/serviceAccountToken/expirationSeconds | 60 | spec.volumes[1].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes
                    /spec/restartPolicy | "Maybe" | spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"
                    /spec/dnsPolicy | "None" | spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None
                    /spec/dnsConfig/nameservers | ["x"] | spec.dnsConfig.nameservers[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
                    /spec/activeDeadlineSeconds | 0 | spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive
                    /spec/hostname | "-a" | spec.hostname: Invalid value: "-a": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
                    /spec/tolerations/0/value | "b" | spec.tolerations[0].operator: Invalid value: {"key":"a","operator":"Exists","value":"b"}: value must be empty when `operator` is 'Exists'
                    /spec/tolerations/0/tolerationSeconds | 5 | spec.tolerations[0].effect: Invalid value: "": effect must be 'NoExecute' when `tolerationSeconds` is set
                    /spec/tolerations/0 | {"operator":"Equal"} | spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"
                    /spec/affinity/nodeAffinity | {"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"In"}]}]}} | spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'
                    /spec/topologySpreadConstraints/0/maxSkew | 0 | spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero
                    /spec/hostAliases | [{"ip":"1.2.3"}] | spec.hostAliases[0].ip: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
                    /spec/securityContext/sysctls | [{"name":"A","value":"1"}] | spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$
                    /spec/schedulingGates | [{"name":"a"},{"name":"a"}] | spec.schedulingGates[1]: Duplicate value: "a"
                    /spec/readinessGates | [{"conditionType":""}] | spec.readinessGates[0].conditionType: Invalid value: "": name part must be non-empty && spec.readinessGates[0].conditionType: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
                    """)
    void aBrokenRuleIsNamedWithItsPath(String pointer, String value, String messages) {
        List<String> expected = List.of(messages.split(" && "));
        assertEquals(expected, pods.problems(FULL, pointer, value));
    }

    @Test
    void hostPortsOfTwoContainersMustDiffer() {
        ObjectNode manifest = pods.decode(FULL);
        ResourceFixture.put(manifest, "/spec/containers/0/ports/0/hostPort", "8080");
        ResourceFixture.put(
                manifest,
                "/spec/containers/1",
                "{\"name\":\"b\",\"image\":\"b\",\"ports\":[{\"containerPort\":81,\"hostPort\":8080}]}");
        assertEquals(
                "[spec.containers[1].ports[0].hostPort: Duplicate value: \"TCP//8080\"]",
                pods.strategy().validate(pods.prepared(manifest)).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/containers/0/image | "nginx:2" | 0
                    /spec/initContainers/0/image | "x" | 0
                    /spec/activeDeadlineSeconds | 10 | 0
                    /spec/tolerations/1 | {"key":"b","operator":"Exists"} | 0
                    /spec/nodeName | "n" | 1
                    /spec/containers/0/env/0/value | "c" | 1
                    /spec/terminationGracePeriodSeconds | 5 | 1
                    """)
    void onlyAFewFieldsOfAPodChange(String pointer, String value, int problems) {
        List<String> found = pods.updateProblems(pods.create(FULL), pointer, value);
        assertEquals(problems, found.size(), found::toString);
        if (problems == 1) {
            assertTrue(
                    found.get(0)
                            .startsWith(
                                    "spec: Forbidden: pod updates may not change fields other than"
                                        + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
                                        + " (only additions to existing tolerations),"),
                    found::toString);
        }
    }

    @Test
    void aRunningPodHasItsGraceAndAFinishedOneHasNone() {
        ObjectNode pod = pods.create(MINIMAL);
        OptionalLong none = OptionalLong.empty();
        assertEquals(OptionalLong.of(0), pods.strategy().deletionGraceSeconds(pod, none));
        ResourceFixture.put(pod, "/spec/nodeName", "\"n\"");
        assertEquals(OptionalLong.of(30), pods.strategy().deletionGraceSeconds(pod, none));
        assertEquals(
                OptionalLong.of(5), pods.strategy().deletionGraceSeconds(pod, OptionalLong.of(5)));
        assertEquals(
                OptionalLong.of(0), pods.strategy().deletionGraceSeconds(pod, OptionalLong.of(0)));
        ResourceFixture.put(pod, "/status/phase", "\"Failed\"");
        assertEquals(OptionalLong.of(0), pods.strategy().deletionGraceSeconds(pod, none));
    }
}
