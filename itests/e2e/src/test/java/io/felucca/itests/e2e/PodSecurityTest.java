package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pod security standards, set and met with kubectl. */
@ExtendWith(Cluster.Resolver.class)
final class PodSecurityTest {
    private static final String PLAIN_VIOLATES =
            "allowPrivilegeEscalation != false (container \"c\" must set"
                    + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities"
                    + " (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]),"
                    + " runAsNonRoot != true (pod or container \"c\" must set"
                    + " securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\""
                    + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                    + " \"Localhost\")";

    private final Kubectl kubectl;
    private final String namespace;

    PodSecurityTest(Cluster cluster) {
        kubectl = cluster.newNamespace("standards");
        namespace = kubectl.namespace();
    }

    /** Of no node, since nobody runs it here. */
    private static String pod(String name, String more) {
        return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},"spec":{
         "nodeSelector":{"no":"where"},%s"containers":[{"name":"c","image":"none"}]}}
        """
                .formatted(name, more);
    }

    private Run label(String words) {
        return kubectl.run(("label --overwrite namespace " + namespace + " " + words).split(" "));
    }

    @Test
    void aNamespacesStandardIsEnforced() {
        label("pod-security.kubernetes.io/enforce=restricted").ok();
        assertEquals(
                "Error from server (Forbidden): error when creating \"STDIN\": pods \"x\" is"
                        + " forbidden: violates PodSecurity \"restricted:latest\": "
                        + PLAIN_VIOLATES,
                kubectl.with(pod("x", ""), "create", "-f", "-").fails());
        assertFalse(kubectl.exists("pod x"));
        label("pod-security.kubernetes.io/enforce=baseline").ok();
        kubectl.create(pod("x", ""));
        assertTrue(
                kubectl.with(pod("y", "\"hostNetwork\":true,"), "create", "-f", "-")
                        .fails()
                        .endsWith(
                                "violates PodSecurity \"baseline:latest\": host namespaces"
                                        + " (hostNetwork=true)"));
    }

    @Test
    void warningsComeWithAPodAndWithATemplateOfOne() {
        label("pod-security.kubernetes.io/warn=restricted").ok();
        String warning =
                "Warning: would violate PodSecurity \"restricted:latest\": " + PLAIN_VIOLATES;
        Run created = kubectl.with(pod("x", ""), "create", "-f", "-");
        created.ok();
        assertEquals(warning, created.err().strip());
        Run deployed = kubectl.run("create", "deployment", "d", "--image=none", "--replicas=0");
        deployed.ok();
        assertEquals(warning.replace("\"c\"", "\"none\""), deployed.err().strip());
    }

    @Test
    void whoLabelsANamespaceLearnsOfItsPods() {
        kubectl.create(pod("x", "\"hostPID\":true,"));
        Run labelled = label("pod-security.kubernetes.io/enforce=baseline");
        labelled.ok();
        assertEquals(
                "Warning: existing pods in namespace \""
                        + namespace
                        + "\" violate the new PodSecurity enforce level \"baseline:latest\"\n"
                        + "Warning: x: host namespaces",
                labelled.err().strip());
        assertEquals(
                "The Namespace \""
                        + namespace
                        + "\" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]:"
                        + " Invalid value: \"strict\": must be one of privileged, baseline,"
                        + " restricted",
                label("pod-security.kubernetes.io/enforce=strict").fails());
    }
}
