package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What charts of three shapes render, installed as Helm does, brought to a second release and taken
 * away, by every kubectl there is.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.felucca.itests.e2e.KubectlProgram#found")
@ExtendWith(Cluster.Resolver.class)
final class ChartsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GROUP = "marine.example.com";
    private static final String[] SERVER_SIDE = {"apply", "--server-side", "-f", "-"};
    private static final String[] TAKE_OVER = {
        "apply", "--server-side", "--force-conflicts", "-f", "-"
    };

    /** All in which anything of a release may be left. */
    private static final String KINDS =
            "all,configmaps,secrets,serviceaccounts,endpoints,endpointslices,networkpolicies,"
                + "poddisruptionbudgets,persistentvolumeclaims,clusterroles,clusterrolebindings,"
                + "roles,rolebindings,ingresses,ingressclasses,cronjobs,"
                + "mutatingwebhookconfigurations,validatingwebhookconfigurations";

    private final KubectlProgram program;
    private final Kubectl kubectl;

    /** For manifests, which name their namespaces. */
    private final Kubectl helm;

    private final String caBundle;
    private Chart chart;

    /**
     * A field that the second release changes.
     *
     * @param object kind and name, {@code @} for the release's
     * @param first its value in the first release, empty for none
     */
    private record Change(String object, String pointer, String first, String second) {}

    ChartsTest(KubectlProgram program, Cluster cluster) {
        this.program = program;
        kubectl = program.in(cluster, "charts");
        helm = kubectl.in("");
        String authority = Texts.read(cluster.home().resolve("data/pki/ca.crt"));
        caBundle = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8));
    }

    /** What a failure left behind would be in the way of the next. */
    @AfterEach
    void clean() {
        Run unused = helm.with(manifest(2), "delete", "--ignore-not-found", "-f", "-");
        kubectl.ok("delete crd --ignore-not-found moorings." + GROUP);
    }

    @Test
    void anOperatorWithItsDefinitionsRolesAndWebhooks() {
        chart = new Chart("operator", kubectl.namespace());
        define();
        List<Change> changes =
                List.of(
                        new Change("poddisruptionbudget @", "/spec/minAvailable", "1", ""),
                        new Change("poddisruptionbudget @", "/spec/maxUnavailable", "", "25%"),
                        new Change("clusterrole @-controller", "/rules/3/resourceNames/0", "", "@"),
                        new Change("service @", "/spec/ports/1/name", "", "extra"),
                        new Change("deployment @-webhook", "/spec/replicas", "0", "1"),
                        new Change(
                                "deployment @",
                                "/spec/template/spec/initContainers/0/name",
                                "migrate",
                                "wait-for-api"),
                        new Change(
                                "deployment @",
                                "/spec/template/spec/containers/0/env/2/name",
                                "LOG_LEVEL",
                                "TOKEN"),
                        new Change(
                                "deployment @",
                                "/spec/template/spec/volumes/0/configMap/defaultMode",
                                "288",
                                "256"),
                        new Change("mooring @-rules", "/spec/depth", "12", "14"),
                        new Change(
                                "mooring @-rules",
                                "/spec/template/spec/volumes/0/name",
                                "",
                                "data"),
                        new Change(
                                "validatingwebhookconfiguration @",
                                "/webhooks/1/failurePolicy",
                                "",
                                "Ignore"),
                        new Change(
                                "mutatingwebhookconfiguration @",
                                "/webhooks/0/timeoutSeconds",
                                "30",
                                "10"));
        clientSide(changes);
        String account = "system:serviceaccount:" + kubectl.namespace() + ":" + chart.release();
        String may = "auth can-i --as=" + account + " update moorings." + GROUP;
        assertEquals("yes\n", kubectl.ok(may));
        Eventually.is(
                "the role has what it aggregates",
                () ->
                        kubectl.field(
                                        "clusterrole " + chart.release() + "-reader",
                                        "/rules/0/resources/0")
                                .equals("moorings"));
        String port =
                helm.with(
                                manifest(2).replace("containerPort: 80\n", "containerPort: x\n"),
                                "apply",
                                "-f",
                                "-")
                        .fails();
        assertTrue(port.contains("containerPort"), port);
        end();
        serverSide(changes);
        end();
    }

    @Test
    void aDatabaseWithItsStateServicesAndSecrets() {
        chart = new Chart("database", kubectl.namespace());
        List<Change> changes =
                List.of(
                        new Change("statefulset @", "/spec/replicas", "1", "3"),
                        new Change(
                                "statefulset @",
                                "/spec/updateStrategy/rollingUpdate/partition",
                                "0",
                                "1"),
                        new Change(
                                "statefulset @",
                                "/spec/template/spec/initContainers/1/restartPolicy",
                                "",
                                "Always"),
                        new Change(
                                "statefulset @",
                                "/spec/template/spec/containers/0/readinessProbe/tcpSocket/port",
                                "tcp-sql",
                                ""),
                        new Change(
                                "statefulset @",
                                "/spec/template/spec/containers/0/readinessProbe/grpc/port",
                                "",
                                "5432"),
                        new Change(
                                "statefulset @",
                                "/spec/template/spec/volumes/2/name",
                                "scripts",
                                ""),
                        new Change("networkpolicy @", "/spec/egress/0/ports/0/port", "", "53"),
                        new Change("networkpolicy @", "/spec/egress/0/ports/1/endPort", "", "5010"),
                        new Change(
                                "secret @",
                                "/data/admin-password",
                                "Y29ycmVjdCBob3JzZQ==",
                                "YmF0dGVyeSBzdGFwbGU="),
                        new Change("service @", "/spec/sessionAffinity", "None", "ClientIP"),
                        new Change("cronjob @-dump", "/spec/schedule", "@daily", "*/30 3 * * 1-5"),
                        new Change("cronjob @-dump", "/spec/timeZone", "", "Etc/UTC"));
        clientSide(changes);
        end();
        serverSide(changes);
        end();
    }

    @Test
    void anIngressControllerWithItsClassAndCertificateJobs() {
        chart = new Chart("ingress", kubectl.namespace());
        List<Change> changes =
                List.of(
                        new Change("configmap @-controller", "/data/worker-processes", "", "4"),
                        new Change(
                                "configmap @-controller",
                                "/data/use-forwarded-headers",
                                "true",
                                ""),
                        new Change("clusterrole @", "/rules/8/resources/0", "", "endpointslices"),
                        new Change(
                                "service @-controller",
                                "/spec/externalTrafficPolicy",
                                "Cluster",
                                "Local"),
                        new Change("service @-controller", "/spec/ports/2/name", "", "quic"),
                        new Change("service @-internal", "/spec/type", "NodePort", "ClusterIP"),
                        new Change(
                                "daemonset @-node", "/spec/template/spec/hostNetwork", "true", ""),
                        new Change(
                                "deployment @-controller",
                                "/spec/template/spec/containers/0/readinessProbe/httpGet/path",
                                "/etc/passwd",
                                ""),
                        new Change(
                                "deployment @-controller",
                                "/spec/template/spec/containers/0/ports/2/name",
                                "webhook",
                                ""),
                        new Change(
                                "hpa @-controller", "/spec/metrics/1/resource/name", "", "memory"),
                        new Change("job @-admission-create", "/spec/suspend", "true", "false"),
                        new Change(
                                "ingress @-dashboard", "/spec/rules/1/host", "*.example.org", ""));
        clientSide(changes);
        end();
        serverSide(changes);
        end();
    }

    /** Before Helm 4: created, then patched with what differs from the last time. */
    private void clientSide(List<Change> changes) {
        String first = manifest(1);
        String second = manifest(2);
        helm.create(first);
        assertEquals("", helm.with(first, "diff", "-f", "-").ok(), "what was written is there");
        helm.apply(first);
        check(changes, 1);
        Map<String, String> before = generations(first);
        helm.apply(first);
        assertEquals(before, generations(first), "the same once more changes nothing");
        Run diff = helm.with(second, "diff", "-f", "-");
        assertEquals(1, diff.code(), diff::toString);
        helm.apply(second);
        check(changes, 2);
        assertEquals("", helm.with(second, "diff", "-f", "-").ok());
        rolledOut();
        if (program.since(26)) {
            // Since then kubectl gives up what it owns by the old way. Lists that are one value,
            // and
            // have defaults inside, are in conflict with themselves.
            helm.with(second, TAKE_OVER).ok();
            helm.with(first, TAKE_OVER).ok();
            check(changes, 1);
            rolledOut();
        }
    }

    private void serverSide(List<Change> changes) {
        String first = manifest(1);
        String second = manifest(2);
        helm.with(first, SERVER_SIDE).ok();
        check(changes, 1);
        Map<String, String> before = generations(first);
        helm.with(first, SERVER_SIDE).ok();
        assertEquals(before, generations(first), "the same once more changes nothing");
        String conflict =
                helm.with(second, "apply", "--server-side", "--field-manager=other", "-f", "-")
                        .fails();
        assertTrue(conflict.contains("conflict with \"kubectl\""), conflict);
        helm.with(first, "delete", "--wait", "-f", "-").ok();
        helm.with(first, SERVER_SIDE).ok();
        helm.with(second, SERVER_SIDE).ok();
        check(changes, 2);
        if (program.since(25)) {
            // Before, it compared the managed fields' times as well.
            assertEquals("", helm.with(second, "diff", "--server-side", "-f", "-").ok());
        }
        rolledOut();
    }

    private void check(List<Change> changes, int release) {
        for (Change change : changes) {
            String wanted = release == 1 ? change.first : change.second;
            assertEquals(
                    wanted.equals("@") ? chart.release() : wanted,
                    kubectl.field(change.object.replace("@", chart.release()), change.pointer),
                    change + " in release " + release);
        }
    }

    /** By kind and name: what must not move when nothing is changed. */
    private Map<String, String> generations(String manifest) {
        Map<String, String> all = new TreeMap<>();
        for (JsonNode one :
                json(helm.with(manifest, "get", "-f", "-", "-o", "json").ok()).get("items")) {
            JsonNode metadata = one.get("metadata");
            // Controllers write statuses meanwhile, which the generation does not count.
            String field = metadata.has("generation") ? "generation" : "resourceVersion";
            boolean counts = !one.has("status") || field.equals("generation");
            all.put(
                    one.get("kind").asText() + "/" + metadata.get("name").asText(),
                    counts ? metadata.get(field).asText() : metadata.get("uid").asText());
        }
        return all;
    }

    private void rolledOut() {
        for (String deployment : kubectl.ok("get deployments -o name").lines().toList()) {
            kubectl.ok("rollout status " + deployment + " --timeout=90s");
        }
    }

    private void end() {
        helm.with(manifest(2), "delete", "-f", "-").ok();
        String left =
                "get -A --ignore-not-found -o name " + KINDS + " -l app.kubernetes.io/instance=";
        Eventually.is("all is gone", () -> kubectl.ok(left + chart.release()).isEmpty());
        Eventually.is(
                "nothing that controllers made is left",
                () -> kubectl.ok("get pods,replicasets,endpointslices -o name").isEmpty());
    }

    private String manifest(int release) {
        return chart.manifest(release, caBundle);
    }

    /** So large that kubectl can't keep it in an annotation, so it is created. */
    private void define() {
        JsonNode document = json(kubectl.ok("get --raw /openapi/v3/api/v1"));
        String large = LargeDefinition.of(document, GROUP, chart.release());
        String tooLarge = kubectl.with(large, "apply", "-f", "-").fails();
        assertTrue(
                tooLarge.contains(
                        "metadata.annotations: Too long: may not be more than 262144 bytes"),
                tooLarge);
        kubectl.create(large);
        kubectl.ok("wait --for=condition=Established --timeout=10s crd/moorings." + GROUP);
        assertTrue(
                kubectl.ok("explain mooring.spec.template.spec.containers.lifecycle")
                        .contains("preStop"));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
