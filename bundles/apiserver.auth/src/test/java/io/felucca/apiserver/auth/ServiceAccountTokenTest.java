package io.felucca.apiserver.auth;

import static io.felucca.apiserver.auth.Rbac.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.Authenticator.Credentials;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.testing.FakeClock;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ServiceAccountTokenTest {
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final KeyPair KEY = newKey();
    private static final String POD_REQUEST =
            "{'spec':{'expirationSeconds':3607,'boundObjectRef':"
                    + "{'apiVersion':'v1','kind':'Pod','name':'web','uid':'pod-uid'}}}";

    private final FakeClock clock = new FakeClock();
    private final FakeServer server = new FakeServer();
    private final TokenSigner signer =
            new TokenSigner(KEY, clock, ISSUER, "https://192.0.2.7:6443");
    private final ServiceAccountAuthenticator authenticator =
            new ServiceAccountAuthenticator(KEY.getPublic(), ISSUER, clock);

    @BeforeEach
    void store() {
        authenticator.server(server);
        server.put("serviceaccounts", object("cart", "account-uid", "{}"));
        server.put("nodes", json("{'metadata':{'name':'here','uid':'node-uid'}}"));
        server.put(
                "pods",
                object("web", "pod-uid", "{'serviceAccountName':'cart','nodeName':'here'}"));
    }

    @Test
    void aTokenSaysWhoItsPodIs() {
        ObjectNode answer = issue(POD_REQUEST);
        UserInfo user = authenticate(token(answer)).orElseThrow();
        assertEquals("system:serviceaccount:shop:cart", user.name());
        assertEquals("account-uid", user.uid());
        assertEquals(
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:shop",
                        "system:authenticated"),
                user.groups());
        String id = claims(answer).path("jti").asText();
        assertEquals(
                Map.of(
                        "authentication.kubernetes.io/credential-id",
                        List.of("JTI=" + id),
                        "authentication.kubernetes.io/pod-name",
                        List.of("web"),
                        "authentication.kubernetes.io/pod-uid",
                        List.of("pod-uid"),
                        "authentication.kubernetes.io/node-name",
                        List.of("here"),
                        "authentication.kubernetes.io/node-uid",
                        List.of("node-uid")),
                user.extra());
        assertEquals(user, authenticate(token(answer)).orElseThrow());
    }

    @Test
    void theTokenOfAPodOutlivesItsTimeButSaysWhenToRenewIt() {
        ObjectNode answer = issue(POD_REQUEST);
        assertEquals("2026-01-01T01:00:07Z", answer.at("/status/expirationTimestamp").asText());
        ObjectNode claims = claims(answer);
        long issued = clock.instant().getEpochSecond();
        assertEquals(issued, claims.path("iat").asLong());
        assertEquals(issued, claims.path("nbf").asLong());
        assertEquals(issued + Duration.ofDays(365).toSeconds(), claims.path("exp").asLong());
        assertEquals(issued + 3607, claims.at("/kubernetes.io/warnafter").asLong());
        assertEquals(json("{'aud':['" + ISSUER + "']}").get("aud"), claims.get("aud"));
        assertEquals("shop", claims.at("/kubernetes.io/namespace").asText());
    }

    @Test
    void whatIsNotAskedForIsFilledIn() {
        ObjectNode answer = issue("{}");
        assertEquals(3600, answer.at("/spec/expirationSeconds").asLong());
        assertEquals(ISSUER, answer.at("/spec/audiences/0").asText());
        assertEquals("cart", answer.at("/metadata/name").asText());
        assertEquals("shop", answer.at("/metadata/namespace").asText());
        assertFalse(claims(answer).path("kubernetes.io").has("warnafter"));
        assertTrue(authenticate(token(answer)).isPresent());
        clock.advance(Duration.ofSeconds(3661));
        assertUnauthorized(token(answer));
    }

    @Test
    void aTokenForAnotherAudienceIsNotForTheServer() {
        assertUnauthorized(token(issue("{'spec':{'audiences':['vault']}}")));
        assertTrue(
                authenticate(token(issue("{'spec':{'audiences':['vault','" + ISSUER + "']}}")))
                        .isPresent());
    }

    @Test
    void aTokenEndsWithItsPod() {
        String token = token(issue(POD_REQUEST));
        assertTrue(authenticate(token).isPresent());
        server.delete("pods", "shop", "web");
        assertUnauthorized(token);
        server.put("pods", object("web", "another-uid", "{'serviceAccountName':'cart'}"));
        assertUnauthorized(token);
    }

    @Test
    void aTokenWorksForAMinuteAfterItsPodsDeletionBegan() {
        String token = token(issue(POD_REQUEST));
        ObjectNode pod = object("web", "pod-uid", "{'serviceAccountName':'cart'}");
        pod.withObject("/metadata").put("deletionTimestamp", clock.instant().toString());
        server.put("pods", pod);
        clock.advance(Duration.ofSeconds(60));
        assertTrue(authenticate(token).isPresent());
        clock.advance(Duration.ofSeconds(1));
        assertUnauthorized(token);
    }

    @Test
    void aTokenEndsWithItsAccount() {
        String token = token(issue("{}"));
        server.delete("serviceaccounts", "shop", "cart");
        assertUnauthorized(token);
    }

    @Test
    void aForgedTokenIsRefused() {
        String[] parts = token(issue("{}")).split("\\.", -1);
        ObjectNode claims = claims(issue("{}"));
        claims.put("sub", "system:serviceaccount:kube-system:admin");
        String payload = Jwt.encode(Json.bytes(claims));
        assertUnauthorized(parts[0] + "." + payload + "." + parts[2]);
        String none = Jwt.encode("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        assertUnauthorized(none + "." + payload + ".");
        assertUnauthorized(Jwt.sign(claims, newKey().getPrivate(), "kid"));
        // Ours, but its parts contradict each other.
        assertUnauthorized(Jwt.sign(claims, KEY.getPrivate(), "kid"));
    }

    @Test
    void aTokenOfOursThatCannotBeCheckedIsRefused() {
        String[] parts = token(issue("{}")).split("\\.", -1);
        String body = "." + parts[1] + ".";
        assertUnauthorized(parts[0] + body);
        assertUnauthorized(parts[0] + body + "!" + parts[2]);
        assertUnauthorized(parts[0] + body + parts[2] + "=");
        assertUnauthorized("" + body + parts[2]);
        for (String header :
                List.of(
                        "[]",
                        "{}",
                        "{\"alg\":\"HS256\"}",
                        "{\"alg\":\"PS256\"}",
                        "{\"alg\":\"dir\",\"enc\":\"A128GCM\"}",
                        "{\"alg\":\"RS256\",\"crit\":[\"odd\"],\"odd\":1}")) {
            String encoded = Jwt.encode(header.getBytes(StandardCharsets.UTF_8));
            assertUnauthorized(encoded + body + parts[2]);
        }
        assertTrue(authenticate(parts[0] + body + parts[2]).isPresent());
    }

    @Test
    void aSignatureWithAnotherHashOrACriticalExtensionIsNotEnough() throws JOSEException {
        ObjectNode claims = claims(issue("{}"));
        for (JWSHeader header :
                List.of(
                        new JWSHeader(JWSAlgorithm.RS512),
                        new JWSHeader(JWSAlgorithm.PS256),
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .criticalParams(Set.of("odd"))
                                .customParam("odd", 1)
                                .build())) {
            JWSObject jws = new JWSObject(header, new Payload(Json.bytes(claims)));
            jws.sign(new RSASSASigner(KEY.getPrivate()));
            assertUnauthorized(jws.serialize());
        }
    }

    @Test
    void tokensOfOthersAreLeftToOthers() {
        assertEquals(Optional.empty(), authenticate("opaque"));
        assertEquals(Optional.empty(), authenticate("a.b.c"));
        ObjectNode foreign = json("{'iss':'https://login.example.org'}");
        assertEquals(Optional.empty(), authenticate(Jwt.sign(foreign, KEY.getPrivate(), "kid")));
    }

    @Test
    void badRequestsGetTheAnswersOfUpstream() {
        assertRefused(
                StatusReason.Invalid,
                "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds:"
                        + " Invalid value: 599: may not specify a duration less than 10 minutes",
                "{'spec':{'expirationSeconds':599}}");
        assertRefused(
                StatusReason.NotFound,
                "pods \"gone\" not found",
                "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'gone'}}}");
        assertRefused(
                StatusReason.Conflict,
                "Operation cannot be fulfilled on Pod \"web\": the UID in the bound object"
                        + " reference (old) does not match the UID in record. The object might"
                        + " have been deleted and then recreated",
                "{'spec':{'boundObjectRef':"
                        + "{'apiVersion':'v1','kind':'Pod','name':'web','uid':'old'}}}");
        assertRefused(
                StatusReason.BadRequest,
                "cannot bind token for serviceaccount \"cart\" to type v1, Kind=ConfigMap",
                "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'ConfigMap','name':'x'}}}");
        server.put("pods", object("web", "pod-uid", "{'serviceAccountName':'default'}"));
        assertRefused(
                StatusReason.BadRequest,
                "cannot bind token for serviceaccount \"cart\" to pod running with different"
                        + " serviceaccount name.",
                POD_REQUEST);
        server.delete("serviceaccounts", "shop", "cart");
        assertRefused(StatusReason.NotFound, "serviceaccounts \"cart\" not found", "{}");
    }

    @Test
    void theDocumentsNameTheKeyThatSigns() {
        ObjectNode configuration = Json.parseObject(signer.configuration());
        assertEquals(ISSUER, configuration.path("issuer").asText());
        assertEquals(
                "https://192.0.2.7:6443/openid/v1/jwks", configuration.path("jwks_uri").asText());
        String header = token(issue("{}")).split("\\.", -1)[0];
        ObjectNode read = Json.parseObject(Base64.getUrlDecoder().decode(header));
        ObjectNode keys = Json.parseObject(signer.jwks());
        assertEquals(read.path("kid"), keys.at("/keys/0/kid"));
        assertEquals(256, Base64.getUrlDecoder().decode(keys.at("/keys/0/n").asText()).length);
        assertEquals("AQAB", keys.at("/keys/0/e").asText());
    }

    private ObjectNode issue(String request) {
        return signer.issue(
                server,
                ApiRequest.of(
                                UserInfo.of("kubelet"),
                                "create",
                                TokenRequests.ACCOUNTS,
                                "shop",
                                "cart")
                        .withSubresource("token"),
                json(request));
    }

    private Optional<UserInfo> authenticate(String token) {
        return authenticator.authenticate(
                new Credentials(List.of(), Optional.of(token), header -> Optional.empty()));
    }

    private void assertUnauthorized(String token) {
        ApiException refused = assertThrows(ApiException.class, () -> authenticate(token));
        assertEquals(StatusReason.Unauthorized, refused.reason());
    }

    private void assertRefused(StatusReason reason, String message, String request) {
        ApiException refused = assertThrows(ApiException.class, () -> issue(request));
        assertEquals(reason, refused.reason());
        assertEquals(message, refused.status().message());
    }

    private static String token(ObjectNode answer) {
        return answer.at("/status/token").asText();
    }

    private static ObjectNode claims(ObjectNode answer) {
        return (ObjectNode) Jwt.parse(token(answer)).orElseThrow().claims();
    }

    private static ObjectNode object(String name, String uid, String spec) {
        return json(
                "{'metadata':{'namespace':'shop','name':'%s','uid':'%s'},'spec':%s}"
                        .formatted(name, uid, spec));
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
