package io.felucca.apiserver.auth.oidc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.felucca.apiserver.api.Authenticator.Credentials;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Yaml;
import io.felucca.testing.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpenIdConnectTest {
    private static final String ISSUER = "https://issuer.example";

    private final FakeClock clock = new FakeClock();
    private final List<String> fetched = new ArrayList<>();
    private ECKey key = key("k1");
    private boolean down;

    private final Fetch provider =
            url -> {
                fetched.add(url);
                if (down) {
                    throw new IOException("nobody there");
                }
                return url.endsWith("/keys")
                        ? new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8)
                        : ("{\"issuer\":\"" + ISSUER + "\",\"jwks_uri\":\"" + ISSUER + "/keys\"}")
                                .getBytes(StandardCharsets.UTF_8);
            };

    private final OpenIdConnect authenticator = authenticator("");

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static List<JwtAuthenticator> config(String more) {
        String text =
                "{apiVersion: apiserver.config.k8s.io/v1, kind: AuthenticationConfiguration, jwt: ["
                        + "{issuer: {url: '"
                        + ISSUER
                        + "', audiences: [boats, harbour]}, claimMappings: {username: {claim: sub,"
                        + " prefix: 'oidc:'}, groups: {claim: groups, prefix: 'oidc:'},"
                        + " uid: {claim: id}}"
                        + more
                        + "}]}";
        return JwtAuthenticator.read(
                Json.parseObject(Yaml.toJson(text.getBytes(StandardCharsets.UTF_8))));
    }

    private OpenIdConnect authenticator(String more) {
        List<Provider> providers = new ArrayList<>();
        for (JwtAuthenticator one : config(more)) {
            providers.add(
                    new Provider(
                            one,
                            new ProviderKeys(one.issuer(), one.discoveryUrl(), provider, clock)));
        }
        return new OpenIdConnect(providers, clock);
    }

    private String claims(String more) {
        return "{'iss':'"
                + ISSUER
                + "','sub':'jane','aud':'boats','exp':"
                + clock.instant().plusSeconds(60).getEpochSecond()
                + more
                + "}";
    }

    private String token(String claims) {
        try {
            return token(claims, JWSAlgorithm.ES256, key.getKeyID(), new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String token(
            String claims, JWSAlgorithm algorithm, String id, JWSSigner signer) {
        try {
            JWSObject token =
                    new JWSObject(
                            new JWSHeader.Builder(algorithm).keyID(id).build(),
                            new Payload(claims.replace('\'', '"')));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<UserInfo> ask(OpenIdConnect asked, String token) {
        return asked.authenticate(
                new Credentials(List.of(), Optional.of(token), header -> Optional.empty()));
    }

    private void refused(String token) {
        assertThrows(ApiException.class, () -> ask(authenticator, token));
    }

    @Test
    void claimsBecomeTheUser() {
        UserInfo user =
                ask(authenticator, token(claims(",'groups':['a','b'],'id':'7','jti':'t1'")))
                        .orElseThrow();
        assertEquals("oidc:jane", user.name());
        assertEquals("7", user.uid());
        assertEquals(List.of("oidc:a", "oidc:b", "system:authenticated"), user.groups());
        assertEquals(
                List.of("JTI=t1"), user.extra().get("authentication.kubernetes.io/credential-id"));
        assertEquals(
                List.of(ISSUER + "/.well-known/openid-configuration", ISSUER + "/keys"), fetched);
        ask(authenticator, token(claims("")));
        assertEquals(2, fetched.size());
    }

    @Test
    void tokensOfOthersAreOthers() {
        assertTrue(ask(authenticator, token("{'iss':'https://elsewhere.example'}")).isEmpty());
        assertTrue(ask(authenticator, "opaque").isEmpty());
        assertTrue(fetched.isEmpty());
    }

    @Test
    void forgedTokensAreRefused() throws JOSEException {
        ECKey other = key("k1");
        refused(token(claims(""), JWSAlgorithm.ES256, "k1", new ECDSASigner(other)));
        byte[] known = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        refused(token(claims(""), JWSAlgorithm.HS256, "k1", new MACSigner(known)));
        String good = token(claims(""));
        String[] parts = good.split("\\.", -1);
        String root =
                new Payload(claims("").replace('\'', '"').replace("jane", "root"))
                        .toBase64URL()
                        .toString();
        refused(parts[0] + "." + root + "." + parts[2]);
        String none = new Payload("{\"alg\":\"none\"}").toBase64URL().toString();
        assertTrue(ask(authenticator, none + "." + parts[1] + ".").isEmpty());
    }

    @Test
    void timesAndAudiencesMustFit() {
        String good = token(claims(""));
        refused(token(claims("").replace("'boats'", "['trains']")));
        assertTrue(
                ask(authenticator, token(claims("").replace("'boats'", "['x','harbour']")))
                        .isPresent());
        refused(token(claims("").replace("'exp'", "'ext'")));
        refused(token(claims(",'nbf':" + clock.instant().plusSeconds(600).getEpochSecond())));
        clock.advance(Duration.ofSeconds(60));
        refused(good);
    }

    @Test
    void aNewKeyIsFetchedButNotAtEveryToken() {
        ask(authenticator, token(claims("")));
        key = key("k2");
        refused(token(claims("")));
        assertEquals(2, fetched.size(), "too early to ask again");
        clock.advance(Duration.ofSeconds(10));
        assertTrue(ask(authenticator, token(claims(""))).isPresent());
        assertEquals(4, fetched.size());
    }

    @Test
    void withoutItsProviderNobodyIsKnown() {
        down = true;
        refused(token(claims("")));
    }

    @Test
    void requiredClaimsMustHaveTheirValue() {
        OpenIdConnect strict =
                authenticator(", claimValidationRules: [{claim: hd, requiredValue: sea.example}]");
        assertThrows(ApiException.class, () -> ask(strict, token(claims(""))));
        assertTrue(ask(strict, token(claims(",'hd':'sea.example'"))).isPresent());
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        for (String more :
                List.of(
                        ", userValidationRules: [{expression: 'true'}]",
                        ", claimValidationRules: [{expression: 'true'}]")) {
            assertTrue(
                    assertThrows(IllegalArgumentException.class, () -> config(more))
                            .getMessage()
                            .contains("CEL"));
        }
    }
}
