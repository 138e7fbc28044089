package io.felucca.apiserver.admission.podsecurity;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

final class ChecksTest {
    /** Keeps the strictest standard of any version. */
    private static final String HARDENED =
            "{'spec':{'securityContext':{'runAsNonRoot':true,"
                    + "'seccompProfile':{'type':'RuntimeDefault'}},"
                    + "'containers':[{'name':'c','securityContext':{"
                    + "'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']}}}]}}";

    private static String found(String standard, String pod) {
        return found(standard, json(pod));
    }

    private static String found(String standard, ObjectNode pod) {
        String[] parts = standard.split(":", 2);
        return Violation.details(
                Checks.violations(
                        new Standard(
                                Level.parse(parts[0]).orElseThrow(),
                                Standard.parseVersion(parts[1]).orElseThrow()),
                        PodView.of(pod)));
    }

    /** A pod that breaks nothing but what is set in it. */
    private static ObjectNode hardened(String pointer, String field, String value) {
        ObjectNode pod = json(HARDENED);
        ObjectNode parent = (ObjectNode) pod.at(pointer);
        parent.set(field, json("{'v':" + value + "}").get("v"));
        return pod;
    }

    private static ObjectNode inPod(String field, String value) {
        return hardened("/spec", field, value);
    }

    private static ObjectNode inContainer(String field, String value) {
        return hardened("/spec/containers/0", field, value);
    }

    private static ObjectNode inSecurity(String field, String value) {
        return hardened("/spec/containers/0/securityContext", field, value);
    }

    @Test
    void aPlainPodIsFineForBaselineAndTellsAllThatRestrictedWants() {
        String plain = "{'spec':{'containers':[{'name':'c'}]}}";
        assertEquals("", found("privileged:latest", plain));
        assertEquals("", found("baseline:latest", plain));
        assertEquals(
                "allowPrivilegeEscalation != false (container \"c\" must set"
                    + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities"
                    + " (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]),"
                    + " runAsNonRoot != true (pod or container \"c\" must set"
                    + " securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\""
                    + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                    + " \"Localhost\")",
                found("restricted:latest", plain));
        assertEquals("", found("restricted:latest", HARDENED));
    }

    @Test
    void restrictedAsksForWhatItsVersionKnew() {
        String plain = "{'spec':{'containers':[{'name':'c'}]}}";
        assertEquals(
                "runAsNonRoot != true (pod or container \"c\" must set"
                        + " securityContext.runAsNonRoot=true)",
                found("restricted:v1.7", plain));
        assertEquals(
                "allowPrivilegeEscalation != false (container \"c\" must set"
                        + " securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true"
                        + " (pod or container \"c\" must set securityContext.runAsNonRoot=true)",
                found("restricted:v1.18", plain));
        assertEquals(found("restricted:latest", plain), found("restricted:v1.99", plain));
    }

    @Test
    void hostNamespacesPortsAndPathsAreNamed() {
        assertEquals(
                "host namespaces (hostNetwork=true, hostPID=true)",
                found(
                        "baseline:latest",
                        "{'spec':{'hostPID':true,'hostNetwork':true,'hostIPC':false}}"));
        assertEquals(
                "hostPath volumes (volumes \"a\", \"b\"), hostPort (container \"c\" uses hostPorts"
                        + " 443, 80)",
                found(
                        "baseline:latest",
                        "{'spec':{'volumes':[{'name':'a','hostPath':{}},{'name':'b','hostPath':{}},"
                                + "{'name':'x','emptyDir':{}}],'containers':[{'name':'c','ports':["
                                + "{'hostPort':80},{'hostPort':443},{'containerPort':1}]}]}}"));
    }

    @Test
    void allKindsOfContainersAreLookedAt() {
        assertEquals(
                "privileged (containers \"i\", \"c\", \"e\" must not set"
                        + " securityContext.privileged=true)",
                found(
                        "baseline:v1.0",
                        "{'spec':{'ephemeralContainers':[{'name':'e','securityContext':{'privileged':true}}],"
                            + "'containers':[{'name':'c','securityContext':{'privileged':true}}],"
                            + "'initContainers':[{'name':'i','securityContext':{'privileged':true}}]}}"));
    }

    @Test
    void capabilitiesAreThoseOfTheRuntimeOrOnlyToBindPorts() {
        ObjectNode admin = inSecurity("capabilities", "{'drop':['ALL'],'add':['SYS_ADMIN']}");
        assertEquals(
                "non-default capabilities (container \"c\" must not include \"SYS_ADMIN\" in"
                        + " securityContext.capabilities.add)",
                found("baseline:latest", admin));
        assertEquals(
                "unrestricted capabilities (container \"c\" must not include \"SYS_ADMIN\" in"
                        + " securityContext.capabilities.add)",
                found("restricted:latest", admin));
        ObjectNode chown = inSecurity("capabilities", "{'add':['CHOWN','NET_BIND_SERVICE']}");
        assertEquals("", found("baseline:latest", chown));
        assertEquals("", found("restricted:v1.21", chown));
        assertEquals(
                "unrestricted capabilities (container \"c\" must set"
                        + " securityContext.capabilities.drop=[\"ALL\"]; container \"c\" must not"
                        + " include \"CHOWN\" in securityContext.capabilities.add)",
                found("restricted:v1.22", chown));
    }

    @Test
    void whatIsOnlyForLinuxIsNotAskedOfWindows() {
        String windows =
                "{'spec':{'os':{'name':'windows'},'securityContext':{'runAsNonRoot':true},"
                        + "'containers':[{'name':'c'}]}}";
        assertEquals("", found("restricted:v1.25", windows));
        assertEquals(
                "allowPrivilegeEscalation != false, unrestricted capabilities, seccompProfile",
                Violation.reasons(
                        Checks.violations(
                                new Standard(Level.RESTRICTED, 24), PodView.of(json(windows)))));
        assertEquals(
                "hostProcess (pod and container \"c\" must not set"
                        + " securityContext.windowsOptions.hostProcess=true)",
                found(
                        "baseline:latest",
                        "{'spec':{'securityContext':{'windowsOptions':{'hostProcess':true}},"
                                + "'containers':[{'name':'c','securityContext':{"
                                + "'windowsOptions':{'hostProcess':true}}}]}}"));
    }

    @Test
    void rootOfAUserNamespaceIsNotRoot() {
        ObjectNode root = inPod("hostUsers", "false");
        ((ObjectNode) root.at("/spec/securityContext")).put("runAsNonRoot", false);
        ((ObjectNode) root.at("/spec/securityContext")).put("runAsUser", 0);
        ((ObjectNode) root.at("/spec/containers/0/securityContext")).put("procMount", "Unmasked");
        String proc =
                "procMount (container \"c\" must not set securityContext.procMount to"
                        + " \"Unmasked\")";
        assertEquals("", found("baseline:v1.35", root));
        assertEquals(proc, found("baseline:v1.34", root));
        assertEquals(proc, found("restricted:latest", root));
        assertEquals(
                proc
                        + ", runAsNonRoot != true (pod must not set"
                        + " securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set"
                        + " runAsUser=0)",
                found("restricted:v1.34", root));
    }

    @Test
    void whoRunsAsRootIsNamed() {
        ObjectNode root = inSecurity("runAsUser", "0");
        assertEquals("", found("restricted:v1.22", root));
        assertEquals(
                "runAsUser=0 (container \"c\" must not set runAsUser=0)",
                found("restricted:v1.23", root));
        assertEquals(
                "runAsNonRoot != true (container \"c\" must not set"
                        + " securityContext.runAsNonRoot=false)",
                found("restricted:latest", inSecurity("runAsNonRoot", "false")));
    }

    @Test
    void volumesOfOtherTypesAreNamedWithTheirType() {
        ObjectNode pod =
                inPod(
                        "volumes",
                        "[{'name':'n','nfs':{'server':'s'}},{'name':'h','hostPath':{}},"
                                + "{'name':'i','image':{}},{'name':'s','secret':{}}]");
        assertEquals(
                "restricted volume types (volumes \"n\", \"h\" use restricted volume types"
                        + " \"hostPath\", \"nfs\")",
                found("restricted:latest", pod));
    }

    @Test
    void probesStayInThePodSince134() {
        ObjectNode pod = inContainer("livenessProbe", "{'httpGet':{'host':'10.0.0.1'}}");
        assertEquals("", found("baseline:v1.33", pod));
        assertEquals(
                "probe or lifecycle host (container \"c\" uses probe or lifecycle host"
                        + " \"10.0.0.1\")",
                found("baseline:v1.34", pod));
    }

    @Test
    void sysctlsAreThoseThatTheVersionKnewToBeSafe() {
        String pod =
                "{'spec':{'securityContext':{'sysctls':[{'name':'kernel.msgmax'},"
                        + "{'name':'net.ipv4.tcp_rmem'},{'name':'net.ipv4.tcp_fin_timeout'},"
                        + "{'name':'net.ipv4.ip_local_reserved_ports'},"
                        + "{'name':'net.ipv4.tcp_syncookies'}]}}}";
        assertEquals("forbidden sysctls (kernel.msgmax)", found("baseline:latest", pod));
        assertEquals(
                "forbidden sysctls (kernel.msgmax, net.ipv4.tcp_rmem)",
                found("baseline:v1.29", pod));
        assertEquals(
                "forbidden sysctls (kernel.msgmax, net.ipv4.tcp_rmem, net.ipv4.tcp_fin_timeout)",
                found("baseline:v1.27", pod));
        assertEquals(
                "forbidden sysctls (kernel.msgmax, net.ipv4.tcp_rmem, net.ipv4.tcp_fin_timeout,"
                        + " net.ipv4.ip_local_reserved_ports)",
                found("baseline:v1.0", pod));
    }

    @Test
    void seLinuxOptionsAreForContainers() {
        String pod =
                "{'spec':{'securityContext':{'seLinuxOptions':{'type':'container_engine_t'}},"
                        + "'containers':[{'name':'c','securityContext':{'seLinuxOptions':{"
                        + "'type':'spc_t','user':'u','role':'r'}}}]}}";
        assertEquals(
                "seLinuxOptions (container \"c\" set forbidden securityContext.seLinuxOptions:"
                        + " type \"spc_t\"; user may not be set; role may not be set)",
                found("baseline:v1.31", pod));
        assertEquals(
                "seLinuxOptions (pod and container \"c\" set forbidden"
                        + " securityContext.seLinuxOptions: types \"container_engine_t\","
                        + " \"spc_t\"; user may not be set; role may not be set)",
                found("baseline:v1.30", pod));
    }

    @Test
    void profilesThatConfineNothingAreRefused() {
        ObjectNode seccomp = inSecurity("seccompProfile", "{'type':'Unconfined'}");
        String words =
                "seccompProfile (container \"c\" must not set securityContext.seccompProfile.type"
                        + " to \"Unconfined\")";
        assertEquals("", found("baseline:v1.18", seccomp));
        assertEquals(words, found("baseline:v1.19", seccomp));
        assertEquals(words, found("restricted:latest", seccomp));
        ObjectNode old =
                json(
                        "{'metadata':{'annotations':{"
                                + "'seccomp.security.alpha.kubernetes.io/pod':'unconfined'}}}");
        assertEquals(
                "seccompProfile (forbidden annotation"
                        + " seccomp.security.alpha.kubernetes.io/pod=\"unconfined\")",
                found("restricted:v1.18", old));
        assertEquals("", found("baseline:latest", old));
        ObjectNode appArmor = inSecurity("appArmorProfile", "{'type':'Unconfined'}");
        appArmor.withObject("/metadata/annotations")
                .put("container.apparmor.security.beta.kubernetes.io/c", "unconfined");
        assertEquals(
                "forbidden AppArmor profiles (container \"c\" and annotation must not set AppArmor"
                        + " profile type to \"Unconfined\","
                        + " \"container.apparmor.security.beta.kubernetes.io/c=\"unconfined\"\")",
                found("baseline:latest", appArmor));
    }
}
