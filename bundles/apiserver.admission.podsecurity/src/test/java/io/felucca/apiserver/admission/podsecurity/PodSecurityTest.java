package io.felucca.apiserver.admission.podsecurity;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.testing.AdmissionFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PodSecurityTest {
    private static final GroupVersionResource DEPLOYMENTS =
            new GroupVersionResource("apps", "v1", "deployments");
    private static final String HOST_PID = "{'hostPID':true,'containers':[{'name':'c'}]}";
    private static final String PID = "host namespaces (hostPID=true)";

    private final PodSecurity plugin =
            new PodSecurity(Policy.PRIVILEGED, Set.of("root"), Set.of("vm"), Set.of("kube-system"));
    private final Map<String, String> annotations = new TreeMap<>();
    private List<String> warnings = new ArrayList<>();

    private static String labels(String... modes) {
        StringBuilder labels = new StringBuilder("{'kubernetes.io/metadata.name':'shop'");
        for (String mode : modes) {
            String[] parts = mode.split("=", 2);
            labels.append(",'pod-security.kubernetes.io/" + parts[0] + "':'" + parts[1] + "'");
        }
        return labels.append('}').toString();
    }

    private static ObjectNode namespace(String name, String labels) {
        return json("{'metadata':{'name':'" + name + "','labels':" + labels + "}}");
    }

    private static ObjectNode pod(String name, String spec) {
        return json("{'metadata':{'name':'" + name + "','namespace':'shop'},'spec':" + spec + "}");
    }

    private void run(Request request, String user) {
        warnings = new ArrayList<>();
        annotations.clear();
        plugin.validate(
                new Request(
                        request.operation(),
                        UserInfo.of(user),
                        request.resource(),
                        new GroupVersionKind("", "v1", "Any"),
                        request.subresource(),
                        request.namespace(),
                        request.name(),
                        request.object(),
                        request.old(),
                        false,
                        request.server(),
                        warnings,
                        annotations::put,
                        Json::object));
    }

    private void create(GroupVersionResource resource, ObjectNode object, String... modes) {
        run(
                new AdmissionFixture()
                        .with(PodSecurity.NAMESPACES, namespace("shop", labels(modes)))
                        .create(resource, object),
                "jane");
    }

    @Test
    void aPodThatViolatesTheStandardIsRefusedInUpstreamsWords() {
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () -> create(PodSecurity.PODS, pod("x", HOST_PID), "enforce=baseline"));
        assertEquals(403, refused.status().code());
        assertEquals(
                "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\": " + PID,
                refused.status().message());
        assertEquals(List.of(), warnings);
        assertEquals(
                Map.of("pod-security.kubernetes.io/enforce-policy", "baseline:latest"),
                annotations);
    }

    @Test
    void warningsAndNotesRefuseNothing() {
        create(
                PodSecurity.PODS,
                pod("x", HOST_PID),
                "warn=baseline",
                "warn-version=v1.20",
                "audit=baseline");
        assertEquals(List.of("would violate PodSecurity \"baseline:v1.20\": " + PID), warnings);
        assertEquals(
                "would violate PodSecurity \"baseline:latest\": " + PID,
                annotations.get("pod-security.kubernetes.io/audit-violations"));
    }

    @Test
    void templatesAreWarnedOfAsTheirPodsWouldBeRefused() {
        ObjectNode deployment =
                json("{'metadata':{'name':'d'},'spec':{'template':{'spec':" + HOST_PID + "}}}");
        create(DEPLOYMENTS, deployment, "enforce=baseline");
        assertEquals(List.of("would violate PodSecurity \"baseline:latest\": " + PID), warnings);
        ObjectNode scaled = deployment.deepCopy();
        scaled.withObject("/spec").put("replicas", 3);
        AdmissionFixture stored =
                new AdmissionFixture()
                        .with(
                                PodSecurity.NAMESPACES,
                                namespace("shop", labels("enforce=baseline")));
        run(stored.update(DEPLOYMENTS, scaled, deployment), "jane");
        assertEquals(List.of(), warnings, "a change that is not about pods");
        create(DEPLOYMENTS, deployment, "enforce=baseline", "warn=privileged");
        assertEquals(List.of(), warnings);
    }

    @Test
    void aPodFromBeforeTheLabelCanBeWorkedOnUntilAContainerChanges() {
        AdmissionFixture stored =
                new AdmissionFixture()
                        .with(
                                PodSecurity.NAMESPACES,
                                namespace("shop", labels("enforce=baseline")));
        ObjectNode old = pod("x", HOST_PID);
        ObjectNode labelled = old.deepCopy();
        labelled.withObject("/metadata/labels").put("a", "b");
        run(stored.update(PodSecurity.PODS, labelled, old), "jane");
        ObjectNode debugged = old.deepCopy();
        debugged.withArray("/spec/ephemeralContainers").addObject().put("name", "debug");
        Request debug =
                stored.request(
                        Operation.UPDATE, PodSecurity.PODS, "ephemeralcontainers", debugged, old);
        assertThrows(ApiException.class, () -> run(debug, "jane"));
        Request status =
                stored.request(Operation.UPDATE, PodSecurity.PODS, "status", debugged, old);
        run(status, "jane");
    }

    @Test
    void theExemptAreLeftAlone() {
        AdmissionFixture stored =
                new AdmissionFixture()
                        .with(
                                PodSecurity.NAMESPACES,
                                namespace("shop", labels("enforce=baseline")));
        run(stored.create(PodSecurity.PODS, pod("x", HOST_PID)), "root");
        assertEquals(Map.of("pod-security.kubernetes.io/exempt", "user"), annotations);
        ObjectNode vm = pod("x", "{'hostPID':true,'runtimeClassName':'vm'}");
        run(stored.create(PodSecurity.PODS, vm), "jane");
        assertEquals(Map.of("pod-security.kubernetes.io/exempt", "runtimeClass"), annotations);
        ObjectNode system = pod("x", HOST_PID);
        system.withObject("/metadata").put("namespace", "kube-system");
        run(stored.create(PodSecurity.PODS, system), "jane");
        assertEquals(Map.of("pod-security.kubernetes.io/exempt", "namespace"), annotations);
    }

    @Test
    void labelsThatAreNoStandardsAreRefused() {
        ObjectNode wrong = namespace("n", labels("enforce=strict", "warn-version=1.2"));
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () ->
                                run(
                                        new AdmissionFixture()
                                                .create(PodSecurity.NAMESPACES, wrong),
                                        "jane"));
        assertEquals(422, refused.status().code());
        assertEquals(
                "Namespace \"n\" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]:"
                    + " Invalid value: \"strict\": must be one of privileged, baseline, restricted,"
                    + " metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value:"
                    + " \"1.2\": must be \"latest\" or \"v1.x\"]",
                refused.status().message());
        ObjectNode later = wrong.deepCopy();
        later.withObject("/metadata/labels").put("other", "label");
        run(new AdmissionFixture().update(PodSecurity.NAMESPACES, later, wrong), "jane");
    }

    @Test
    void aStandardThatCantBeReadIsTheStrictest() {
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () -> create(PodSecurity.PODS, pod("x", HOST_PID), "enforce=strict"));
        assertTrue(
                refused.status()
                        .message()
                        .startsWith(
                                "pods \"x\" is forbidden: violates PodSecurity"
                                        + " \"restricted:latest\": host namespaces"),
                refused.status().message());
    }

    @Test
    void whoLabelsANamespaceLearnsWhichPodsViolate() {
        AdmissionFixture stored = new AdmissionFixture();
        for (String name : List.of("b", "a", "c")) {
            ObjectNode replica = pod(name, HOST_PID);
            replica.withObject("/metadata")
                    .putArray("ownerReferences")
                    .addObject()
                    .put("uid", "1")
                    .put("controller", true);
            stored.with(PodSecurity.PODS, replica);
        }
        stored.with(PodSecurity.PODS, pod("web", "{'hostNetwork':true,'containers':[]}"));
        stored.with(PodSecurity.PODS, pod("ok", "{'containers':[{'name':'c'}]}"));
        stored.with(
                PodSecurity.PODS,
                pod("p", "{'containers':[{'name':'c','securityContext':{'privileged':true}}]}"));
        ObjectNode before = namespace("shop", labels());
        ObjectNode after = namespace("shop", labels("enforce=baseline"));
        run(stored.update(PodSecurity.NAMESPACES, after, before), "jane");
        assertEquals(
                List.of(
                        "existing pods in namespace \"shop\" violate the new PodSecurity enforce"
                                + " level \"baseline:latest\"",
                        "a (and 3 other pods): host namespaces",
                        "p: privileged"),
                warnings);
        run(stored.update(PodSecurity.NAMESPACES, before, after), "jane");
        assertEquals(List.of(), warnings);
    }

    @Test
    void anExemptNamespacesLabelsAreSaidToBeIgnored() {
        ObjectNode system = namespace("kube-system", labels("enforce=baseline"));
        run(new AdmissionFixture().create(PodSecurity.NAMESPACES, system), "jane");
        assertEquals(
                List.of(
                        "namespace \"kube-system\" is exempt from Pod Security, and the policy"
                                + " (enforce=baseline:latest) will be ignored"),
                warnings);
    }
}
