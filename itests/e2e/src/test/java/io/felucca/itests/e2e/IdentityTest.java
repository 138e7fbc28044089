package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ways to be somebody, and what nodes may not do. */
@ExtendWith(Cluster.Resolver.class)
final class IdentityTest {
    private static final String REQUESTS =
            "/apis/certificates.k8s.io/v1/certificatesigningrequests";

    private final Cluster cluster;
    private final Kubectl kubectl;
    private final RawApi anonymous;

    IdentityTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("identity");
        anonymous = RawApi.anonymous(cluster);
        Eventually.is("the default account exists", () -> kubectl.exists("serviceaccount default"));
    }

    private RawApi.Answer withToken(String token, String path) {
        return anonymous.send(
                anonymous.request(path).header("Authorization", "Bearer " + token).build());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private String signingRequest(String signer, Path csr) throws IOException {
        return """
        apiVersion: certificates.k8s.io/v1
        kind: CertificateSigningRequest
        metadata: {name: %s}
        spec:
          signerName: kubernetes.io/%s
          expirationSeconds: 3600
          usages: [digital signature, client auth]
          request: %s
        """
                .formatted(kubectl.namespace(), signer, base64(Files.readAllBytes(csr)));
    }

    @Test
    void anApprovedRequestBecomesACertificateThatWorks(@TempDir Path folder) throws IOException {
        Path csr = Certificates.request(folder, "jane", "/O=sailors/CN=jane");
        kubectl.create(signingRequest("kube-apiserver-client", csr));
        String object = "certificatesigningrequest " + kubectl.namespace();
        assertEquals("", kubectl.field(object, "/status/certificate"));
        kubectl.ok("certificate approve " + kubectl.namespace());
        Eventually.is(
                "it is signed", () -> !kubectl.field(object, "/status/certificate").isEmpty());
        Path identity = folder.resolve("jane.pem");
        Files.writeString(
                identity,
                Files.readString(folder.resolve("jane.key"))
                        + new String(
                                Base64.getDecoder()
                                        .decode(kubectl.field(object, "/status/certificate")),
                                StandardCharsets.US_ASCII));
        RawApi.Answer answer = RawApi.with(cluster, identity).get("/api/v1/nodes");
        assertEquals(403, answer.status(), answer::toString);
        assertTrue(answer.message().contains("User \"jane\" cannot list"), answer::toString);
        kubectl.ok("delete " + object);
    }

    @Test
    void nobodyAsksForACertificateOfMasters(@TempDir Path folder) throws IOException {
        Path csr = Certificates.request(folder, "root", "/O=system:masters/CN=root");
        String words =
                kubectl.with(signingRequest("kube-apiserver-client", csr), "create", "-f", "-")
                        .fails();
        assertTrue(words.contains("with system:masters group is not allowed"), words);
    }

    @Test
    void aNodeJoinsByABootstrapTokenUntilItIsRevoked(@TempDir Path folder) throws IOException {
        String id = tokenId(kubectl.namespace());
        String token = id + ".0123456789abcdef";
        kubectl.in("kube-system")
                .create(
                        """
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: bootstrap-token-%s}
                        type: bootstrap.kubernetes.io/token
                        stringData:
                          token-id: "%s"
                          token-secret: "0123456789abcdef"
                          usage-bootstrap-authentication: "true"
                          expiration: "%s"
                        """
                                .formatted(id, id, tomorrow()));
        RawApi.Answer refused = withToken(token, REQUESTS);
        assertEquals(403, refused.status(), refused::toString);
        assertTrue(refused.message().contains("system:bootstrap:" + id), refused::toString);
        assertEquals(401, withToken(id + ".0123456789abcdee", REQUESTS).status());
        String join = "clusterrolebinding " + kubectl.namespace();
        kubectl.ok(
                "create "
                        + join
                        + " --clusterrole=system:node-bootstrapper --group=system:bootstrappers");
        kubectl.ok(
                "create "
                        + join
                        + "-approve --clusterrole="
                        + "system:certificates.k8s.io:certificatesigningrequests:nodeclient"
                        + " --group=system:bootstrappers");
        Eventually.is("it may ask", () -> withToken(token, REQUESTS).status() == 200);
        Path csr = Certificates.request(folder, "node", "/O=system:nodes/CN=system:node:new");
        RawApi.Answer asked =
                anonymous.send(
                        anonymous
                                .request(REQUESTS)
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/yaml")
                                .POST(
                                        BodyPublishers.ofString(
                                                signingRequest(
                                                        "kube-apiserver-client-kubelet", csr)))
                                .build());
        assertEquals(201, asked.status(), asked::toString);
        String object = "certificatesigningrequest " + kubectl.namespace();
        Eventually.is(
                "it is approved by itself, and signed",
                () -> !kubectl.field(object, "/status/certificate").isEmpty());
        kubectl.in("kube-system").ok("delete secret bootstrap-token-" + id);
        assertEquals(401, withToken(token, REQUESTS).status());
        kubectl.ok("delete " + object);
        kubectl.ok("delete " + join + " " + kubectl.namespace() + "-approve");
    }

    /** Six characters that no other run has. */
    private static String tokenId(String unique) {
        return "%06x".formatted(unique.hashCode() & 0xffffff);
    }

    private static String tomorrow() {
        return Clock.systemUTC().instant().plusSeconds(86_400).toString();
    }

    @Test
    void whoActsAsSomebodyElseIsThatUserWithUidAndExtras() {
        JsonNode user =
                kubectl.json("auth whoami --as=jane --as-group=sailors --as-uid=u1")
                        .at("/status/userInfo");
        assertEquals("jane", user.path("username").asText());
        assertEquals("u1", user.path("uid").asText());
        assertEquals("[\"sailors\",\"system:authenticated\"]", user.path("groups").toString());
        String words = kubectl.fails("get pods --as=jane --as-group=sailors");
        assertTrue(words.contains("User \"jane\" cannot list"), words);
    }

    @Test
    void aNodeReadsOnlyWhatItsOwnPodsNeed() {
        kubectl.ok("create secret generic ours --from-literal=a=b");
        kubectl.ok("create secret generic other --from-literal=a=b");
        kubectl.create(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: reader}
                spec:
                  nodeName: nowhere
                  containers:
                  - name: c
                    image: any
                    envFrom: [{secretRef: {name: ours}}]
                """);
        String nowhere = " --as=system:node:nowhere --as-group=system:nodes";
        String there = " --as=system:node:there --as-group=system:nodes";
        kubectl.ok("get secret ours" + nowhere);
        String other = kubectl.fails("get secret other" + nowhere);
        assertTrue(
                other.contains("no relationship found between node 'nowhere' and this object"),
                other);
        kubectl.fails("get secret ours" + there);
        kubectl.fails("get pod reader" + there);
        kubectl.fails("get pods" + nowhere);
        kubectl.ok("get pods --field-selector=spec.nodeName=nowhere" + nowhere);
        kubectl.ok("delete pod reader --grace-period=0 --force");
        Eventually.is(
                "the node has lost the secret",
                () -> kubectl.run(("get secret ours" + nowhere).split(" ")).code() != 0);
    }

    @Test
    void aNodeWritesOnlyItself() {
        String node = cluster.nodeName();
        String itself = " --as=system:node:" + node + " --as-group=system:nodes";
        String label = "label node " + node + " node-restriction.kubernetes.io/dry=dock";
        assertTrue(
                kubectl.fails(label + itself)
                        .contains(
                                "is not allowed to modify labels:"
                                        + " node-restriction.kubernetes.io/dry"));
        String taint = "taint node " + node + " a=b:PreferNoSchedule";
        assertTrue(kubectl.fails(taint + itself).contains("is not allowed to modify taints"));
        String other = " --as=system:node:other --as-group=system:nodes";
        assertTrue(
                kubectl.fails("annotate node " + node + " a=b" + other)
                        .contains("only its own Node object"));
    }

    @Test
    void tokensOfAFileCountWhileItIsConfigured(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("tokens.csv");
        Files.writeString(file, "sesame,ali,u40,\"baba,sailors\"\n");
        Path config = cluster.home().resolve("karaf/etc/io.felucca.apiserver.auth.tokenfile.cfg");
        Files.writeString(config, "file = " + file + "\n");
        try {
            Eventually.is(
                    "ali is known",
                    () ->
                            withToken("sesame", "/api/v1/nodes")
                                    .message()
                                    .contains("User \"ali\" cannot list"));
        } finally {
            Files.delete(config);
        }
        Eventually.is(
                "ali is not known any more",
                () -> withToken("sesame", "/api/v1/nodes").status() == 401);
    }

    @Test
    void whatIsAskedIsOnRecordWhileAuditIsConfigured(@TempDir Path folder) throws IOException {
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(
                policy,
                """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules:
                - level: Metadata
                  resources: [{group: "", resources: [secrets]}]
                - level: None
                """);
        Path log = folder.resolve("audit.log");
        Path config = cluster.home().resolve("karaf/etc/io.felucca.apiserver.audit.cfg");
        Files.writeString(config, "policy.file = " + policy + "\nlog.path = " + log + "\n");
        try {
            Eventually.is("the log is there", () -> Files.exists(log));
            kubectl.ok("create secret generic hidden --from-literal=key=hush-hush");
            kubectl.ok("create configmap shown");
            Eventually.is("the event is there", () -> !Texts.lines(log).isEmpty());
        } finally {
            Files.delete(config);
        }
        List<String> lines = Texts.lines(log);
        JsonNode event =
                lines.stream()
                        .map(RawApi::parse)
                        .filter(one -> one.path("verb").asText().equals("create"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(lines.toString()));
        assertEquals("kubernetes-admin", event.at("/user/username").asText());
        assertEquals("secrets", event.at("/objectRef/resource").asText());
        assertEquals(201, event.at("/responseStatus/code").asInt());
        assertTrue(lines.stream().noneMatch(line -> line.contains("hush-hush")));
        assertTrue(lines.stream().noneMatch(line -> line.contains("configmaps")));
    }
}
