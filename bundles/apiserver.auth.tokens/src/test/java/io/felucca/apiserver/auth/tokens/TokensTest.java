package io.felucca.apiserver.auth.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.Authenticator.Credentials;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.testing.FakeClock;
import io.felucca.testing.RefusingServer;
import io.felucca.testing.StoredJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TokensTest {
    private static final String GOOD = "abcdef.0123456789abcdef";

    private final FakeClock clock = new FakeClock();
    private final Map<String, ObjectNode> secrets = new HashMap<>();
    private final BootstrapTokens tokens = new BootstrapTokens(clock);

    TokensTest() {
        tokens.server(
                new RefusingServer() {
                    @Override
                    public StoredObject get(ApiRequest request, Optional<String> version) {
                        String key = request.namespace() + "/" + request.name();
                        ObjectNode found = secrets.get(key);
                        if (found == null) {
                            throw ApiException.notFound(
                                    request.resource().groupResource(), request.name());
                        }
                        return new StoredJson(found);
                    }
                });
        secrets.put(
                "kube-system/bootstrap-token-abcdef",
                secret(
                        Map.of(
                                "token-id", "abcdef",
                                "token-secret", "0123456789abcdef",
                                "usage-bootstrap-authentication", "true",
                                "expiration", clock.instant().plusSeconds(60).toString(),
                                "auth-extra-groups", "system:bootstrappers:here")));
    }

    private static ObjectNode secret(Map<String, String> data) {
        ObjectNode secret = Json.object().put("type", "bootstrap.kubernetes.io/token");
        secret.putObject("metadata");
        ObjectNode encoded = secret.putObject("data");
        data.forEach(
                (key, value) ->
                        encoded.put(
                                key,
                                Base64.getEncoder()
                                        .encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return secret;
    }

    private void change(String key, String value) {
        secrets.get("kube-system/bootstrap-token-abcdef")
                .withObject("/data")
                .put(
                        key,
                        Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }

    private static Credentials bearer(String token) {
        return new Credentials(List.of(), Optional.of(token), header -> Optional.empty());
    }

    private void refused() {
        assertEquals(
                StatusReason.Unauthorized,
                assertThrows(ApiException.class, () -> tokens.authenticate(bearer(GOOD))).reason());
    }

    @Test
    void aBootstrapTokenIsItsSecrets() {
        UserInfo user = tokens.authenticate(bearer(GOOD)).orElseThrow();
        assertEquals("system:bootstrap:abcdef", user.name());
        assertEquals(
                List.of(
                        "system:bootstrappers",
                        "system:bootstrappers:here",
                        "system:authenticated"),
                user.groups());
        assertTrue(tokens.authenticate(bearer("zzzzzz.0123456789abcdef")).isEmpty());
        assertTrue(tokens.authenticate(bearer("ABCDEF.0123456789abcdef")).isEmpty());
        assertTrue(tokens.authenticate(bearer("abcdef.0123456789abcdef0")).isEmpty());
    }

    @Test
    void aWrongSecretIsRefused() {
        assertThrows(
                ApiException.class, () -> tokens.authenticate(bearer("abcdef.0123456789abcdee")));
        change("token-secret", "");
        refused();
    }

    @Test
    void anExpiredTokenIsRefused() {
        clock.advance(Duration.ofMinutes(1));
        refused();
        change("expiration", "tomorrow");
        refused();
    }

    @Test
    void aTokenForSomethingElseIsRefused() {
        change("usage-bootstrap-authentication", "false");
        refused();
    }

    @Test
    void aTokenMakesNobodyMoreThanABootstrapper() {
        change("auth-extra-groups", "system:masters");
        refused();
        change("auth-extra-groups", "system:bootstrappers:");
        refused();
    }

    @Test
    void aSecretOfAnotherTypeIsNoToken() {
        secrets.get("kube-system/bootstrap-token-abcdef").put("type", "Opaque");
        refused();
    }

    @Test
    void aTokenThatIsRevokedEndsAtOnce() {
        secrets.get("kube-system/bootstrap-token-abcdef")
                .withObject("/metadata")
                .put("deletionTimestamp", clock.instant().toString());
        refused();
        secrets.clear();
        assertTrue(tokens.authenticate(bearer(GOOD)).isEmpty());
    }

    @Test
    void tokensOfAFileAreUsersWithUidAndGroups() {
        StaticTokens file =
                new StaticTokens("t1,jane,u1,\"a,b\"\n\nt2,john,u2\n,nobody,u3,system:masters\n");
        UserInfo jane = file.authenticate(bearer("t1")).orElseThrow();
        assertEquals("jane", jane.name());
        assertEquals("u1", jane.uid());
        assertEquals(List.of("a", "b", "system:authenticated"), jane.groups());
        assertEquals("john", file.authenticate(bearer("t2")).orElseThrow().name());
        assertTrue(file.authenticate(bearer("t3")).isEmpty());
        assertTrue(file.authenticate(bearer("")).isEmpty());
    }

    @Test
    void aBrokenFileIsRefusedWithoutItsTokens() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new StaticTokens("secret,jane,u\nsecret2,john\n"));
        assertTrue(refused.getMessage().startsWith("line 2 of the token file"));
        assertTrue(!refused.getMessage().contains("secret"));
    }
}
