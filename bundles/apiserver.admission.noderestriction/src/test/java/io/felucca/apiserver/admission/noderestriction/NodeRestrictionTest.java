package io.felucca.apiserver.admission.noderestriction;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.testing.StoredJson;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

final class NodeRestrictionTest {
    private static final UserInfo HERE = UserInfo.of("system:node:here", "system:nodes");

    private final Map<String, ObjectNode> stored = new HashMap<>();
    private final AdmissionPlugin plugin = new NodeRestriction();

    private final Reader reader =
            new Reader() {
                @Override
                public Optional<StoredObject> get(
                        GroupVersionResource resource, String namespace, String name) {
                    return Optional.ofNullable(
                                    stored.get(resource.resource() + "/" + namespace + "/" + name))
                            .map(StoredJson::new);
                }

                @Override
                public List<StoredObject> list(GroupVersionResource resource, String namespace) {
                    throw new UnsupportedOperationException();
                }
            };

    @Test
    void whoIsNoNodeIsNotLookedAt() {
        check(UserInfo.of("jane"), Operation.UPDATE, "", "nodes", "", "other", "{}", "{}");
        check(UserInfo.of("system:node:here"), Operation.UPDATE, "", "nodes", "", "o", "{}", "{}");
    }

    @Test
    void aNodeWritesOnlyItself() {
        check(HERE, Operation.CREATE, "", "nodes", "", "", "{'metadata':{'name':'here'}}", null);
        check(HERE, Operation.UPDATE, "", "nodes", "status", "here", "{}", "{}");
        assertEquals(
                "nodes \"there\" is forbidden: node \"here\" is not allowed to modify node"
                        + " \"there\"",
                refused(HERE, Operation.UPDATE, "", "nodes", "status", "there", "{}", "{}"));
    }

    @Test
    void aNodeSetsNeitherTaintsNorLabelsThatItIsNotToldToKnow() {
        String plain = "{'metadata':{'labels':{'kubernetes.io/hostname':'here','mine':'1'}}}";
        check(HERE, Operation.UPDATE, "", "nodes", "", "here", plain, "{}");
        assertTrue(
                refused(
                                HERE,
                                Operation.UPDATE,
                                "",
                                "nodes",
                                "",
                                "here",
                                "{'spec':{'taints':[]}}",
                                "{'spec':{'taints':[{'key':'a','effect':'NoSchedule'}]}}")
                        .endsWith("node \"here\" is not allowed to modify taints"));
        String restricted =
                "{'metadata':{'labels':{'node-restriction.kubernetes.io/a':'1',"
                        + "'node-role.kubernetes.io/control-plane':''}}}";
        assertTrue(
                refused(HERE, Operation.UPDATE, "", "nodes", "", "here", restricted, "{}")
                        .endsWith(
                                "is not allowed to modify labels:"
                                        + " node-restriction.kubernetes.io/a,"
                                        + " node-role.kubernetes.io/control-plane"));
        assertTrue(
                refused(
                                HERE,
                                Operation.UPDATE,
                                "",
                                "nodes",
                                "",
                                "here",
                                "{'metadata':{'ownerReferences':[{'uid':'1'}]}}",
                                "{}")
                        .endsWith("node \"here\" is not allowed to modify ownerReferences"));
    }

    @Test
    void aNodeTouchesOnlyItsOwnPods() {
        String ours = "{'spec':{'nodeName':'here'}}";
        String theirs = "{'spec':{'nodeName':'there'}}";
        check(HERE, Operation.UPDATE, "", "pods", "status", "p", ours, ours);
        check(HERE, Operation.DELETE, "", "pods", "", "p", null, ours);
        refused(HERE, Operation.UPDATE, "", "pods", "status", "p", theirs, theirs);
        refused(HERE, Operation.DELETE, "", "pods", "", "p", null, theirs);
        refused(HERE, Operation.CREATE, "", "pods", "binding", "p", "{}", null);
        stored.put("pods/ns/p", json(theirs));
        refused(HERE, Operation.CREATE, "", "pods", "eviction", "p", "{}", null);
        stored.put("pods/ns/p", json(ours));
        check(HERE, Operation.CREATE, "", "pods", "eviction", "p", "{}", null);
        assertTrue(
                refused(
                                HERE,
                                Operation.UPDATE,
                                "",
                                "pods",
                                "status",
                                "p",
                                "{'metadata':{'labels':{'a':'b'}},'spec':{'nodeName':'here'}}",
                                ours)
                        .contains("cannot update labels through pod status"));
    }

    @Test
    void aNodeCreatesOnlyMirrorPodsThatNeedNothing() {
        stored.put("nodes//here", json("{'metadata':{'uid':'n1'}}"));
        String head =
                "{'metadata':{'annotations':{'kubernetes.io/config.mirror':'1'},'ownerReferences':"
                        + "[{'apiVersion':'v1','kind':'Node','name':'here','uid':'n1',"
                        + "'controller':true}]},'spec':{'nodeName':'here'";
        check(HERE, Operation.CREATE, "", "pods", "", "", head + "}}", null);
        assertTrue(
                refused(
                                HERE,
                                Operation.CREATE,
                                "",
                                "pods",
                                "",
                                "",
                                "{'spec':{'nodeName':'here'}}",
                                null)
                        .contains("can only create mirror pods"));
        for (String needs :
                List.of(
                        "'serviceAccountName':'default'",
                        "'volumes':[{'secret':{'secretName':'s'}}]",
                        "'volumes':[{'projected':{'sources':[{'serviceAccountToken':{}}]}}]",
                        "'containers':[{'env':[{'valueFrom':{'secretKeyRef':{'name':'s'}}}]}]",
                        "'initContainers':[{'envFrom':[{'configMapRef':{'name':'s'}}]}]",
                        "'imagePullSecrets':[{'name':'s'}]")) {
            assertTrue(
                    refused(
                                    HERE,
                                    Operation.CREATE,
                                    "",
                                    "pods",
                                    "",
                                    "",
                                    head + "," + needs + "}}",
                                    null)
                            .contains("can not create pods that reference"),
                    needs);
        }
    }

    @Test
    void aNodeGetsTokensOnlyForPodsThatItRuns() {
        String pod =
                "{'metadata':{'uid':'u1'},'spec':{'nodeName':'%s','volumes':[{'projected':"
                        + "{'sources':[{'serviceAccountToken':{'audience':'vault'}}]}}]}}";
        String asks =
                "{'spec':{'audiences':['%s'],'boundObjectRef':{'apiVersion':'v1','kind':'Pod',"
                        + "'name':'p','uid':'%s'}}}";
        stored.put("pods/ns/p", json(pod.formatted("here")));
        check(token(asks.formatted("vault", "u1")));
        assertTrue(refused(token("{'spec':{}}")).endsWith("token not bound to a pod"));
        assertTrue(
                refused(token(asks.formatted("vault", "u2")))
                        .contains("does not match the UID in record"));
        assertTrue(
                refused(token(asks.formatted("elsewhere", "u1")))
                        .endsWith("audience \"elsewhere\" not found in pod spec volume"));
        stored.put("pods/ns/p", json(pod.formatted("there")));
        assertTrue(
                refused(token(asks.formatted("vault", "u1")))
                        .endsWith("bound to a pod scheduled on a different node"));
    }

    @Test
    void leasesAndCsiNodesAndSlicesAreTheNodesOwn() {
        String here = "{'metadata':{'name':'here'}}";
        String there = "{'metadata':{'name':'there'}}";
        String storage = "storage.k8s.io";
        check(HERE, Operation.CREATE, storage, "csinodes", "", "", here, null);
        refused(HERE, Operation.CREATE, storage, "csinodes", "", "", there, null);
        String coordination = "coordination.k8s.io";
        // The namespace of these requests is not the leases'.
        refused(HERE, Operation.CREATE, coordination, "leases", "", "", here, null);
        String slice = "{'spec':{'nodeName':'%s'}}";
        String resource = "resource.k8s.io";
        check(
                HERE,
                Operation.CREATE,
                resource,
                "resourceslices",
                "",
                "",
                slice.formatted("here"),
                null);
        refused(
                HERE,
                Operation.DELETE,
                resource,
                "resourceslices",
                "",
                "s",
                null,
                slice.formatted("there"));
    }

    @Test
    void aNodeAsksForCertificatesInItsOwnName() throws Exception {
        String signer = "kubernetes.io/kube-apiserver-client-kubelet";
        check(signing(signer, "CN=system:node:here,O=system:nodes"));
        assertTrue(
                refused(signing(signer, "CN=system:node:there,O=system:nodes"))
                        .endsWith("can only create a node CSR with CN=system:node:here"));
        check(signing("example.com/other", "CN=anything"));
    }

    private Request signing(String signer, String subject) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            pem.writeObject(
                    new JcaPKCS10CertificationRequestBuilder(
                                    new X500Name(subject), pair.getPublic())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(pair.getPrivate())));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        ObjectNode request = Json.object();
        request.putObject("spec")
                .put("signerName", signer)
                .put(
                        "request",
                        Base64.getEncoder()
                                .encodeToString(
                                        text.toString().getBytes(StandardCharsets.US_ASCII)));
        return new Request(
                Operation.CREATE,
                HERE,
                new GroupVersionResource("certificates.k8s.io", "v1", "certificatesigningrequests"),
                new GroupVersionKind("certificates.k8s.io", "v1", "CertificateSigningRequest"),
                "",
                "",
                "",
                request,
                null,
                false,
                reader);
    }

    private Request token(String body) {
        return request(
                HERE, Operation.CREATE, "", "serviceaccounts", "token", "default", body, null);
    }

    private Request request(
            UserInfo user,
            Operation operation,
            String group,
            String resource,
            String subresource,
            String name,
            String object,
            String old) {
        return new Request(
                operation,
                user,
                new GroupVersionResource(group, "v1", resource),
                new GroupVersionKind(group, "v1", "Any"),
                subresource,
                "ns",
                name,
                object == null ? null : json(object),
                old == null ? null : json(old),
                false,
                reader);
    }

    private void check(Request request) {
        assertDoesNotThrow(() -> plugin.validate(request));
    }

    private String refused(Request request) {
        return assertThrows(ApiException.class, () -> plugin.validate(request)).getMessage();
    }

    private void check(
            UserInfo user,
            Operation operation,
            String group,
            String resource,
            String subresource,
            String name,
            String object,
            String old) {
        check(request(user, operation, group, resource, subresource, name, object, old));
    }

    private String refused(
            UserInfo user,
            Operation operation,
            String group,
            String resource,
            String subresource,
            String name,
            String object,
            String old) {
        return refused(request(user, operation, group, resource, subresource, name, object, old));
    }

    private static ObjectNode json(String quoted) {
        return Json.parseObject(quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
