package io.felucca.apiserver.auth.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import io.felucca.apiserver.api.UserInfo;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges the tokens of one issuer and says who their bearers are. Thread-safe. */
final class Provider {
    /** Only those with two keys: with one, whoever can verify could sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512);

    /** What other clocks may be ahead for {@code nbf}; {@code exp} has none, as upstream. */
    private static final Duration LEEWAY = Duration.ofMinutes(5);

    private final JwtAuthenticator config;
    private final ProviderKeys keys;

    /** A token that is not good. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    Provider(JwtAuthenticator config, ProviderKeys keys) {
        this.config = config;
        this.keys = keys;
    }

    String issuer() {
        return config.issuer();
    }

    /**
     * @param claims of the token, not to be believed before this has checked its signature
     */
    UserInfo authenticate(JWSObject token, JsonNode claims, Instant now)
            throws Refused, IOException {
        signature(token);
        times(claims, now);
        if (texts(claims.path("aud")).stream().noneMatch(config.audiences()::contains)) {
            throw new Refused("it is for " + claims.path("aud"));
        }
        for (Map.Entry<String, String> rule : config.required().entrySet()) {
            if (!claims.path(rule.getKey()).asText("").equals(rule.getValue())) {
                throw new Refused("its claim " + rule.getKey() + " is not as required");
            }
        }
        return user(claims);
    }

    private void signature(JWSObject token) throws Refused, IOException {
        JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
        if (!ALGORITHMS.contains(algorithm)) {
            throw new Refused("its algorithm " + algorithm + " is not allowed");
        }
        for (JWK key : keys.find(token.getHeader().getKeyID())) {
            if (key instanceof AsymmetricJWK pair && verifies(token, pair)) {
                return;
            }
        }
        throw new Refused("no key of the issuer has signed it");
    }

    private static boolean verifies(JWSObject token, AsymmetricJWK pair) {
        try {
            PublicKey key = pair.toPublicKey();
            return token.verify(
                    new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), key));
        } catch (JOSEException e) {
            // A key of another kind, which so can't have signed.
            return false;
        }
    }

    private static void times(JsonNode claims, Instant now) throws Refused {
        if (!claims.path("exp").isNumber()
                || !now.isBefore(Instant.ofEpochSecond(claims.path("exp").asLong()))) {
            throw new Refused("it has expired");
        }
        if (claims.path("nbf").isNumber()
                && now.plus(LEEWAY).isBefore(Instant.ofEpochSecond(claims.path("nbf").asLong()))) {
            throw new Refused("it is not yet valid");
        }
    }

    private UserInfo user(JsonNode claims) throws Refused {
        String name = claims.path(config.usernameClaim()).asText("");
        if (name.isEmpty()) {
            throw new Refused("it has no claim " + config.usernameClaim());
        }
        boolean unverified =
                config.usernameClaim().equals("email")
                        && claims.has("email_verified")
                        && !claims.path("email_verified").asBoolean();
        if (unverified) {
            throw new Refused("its email is not verified");
        }
        List<String> groups = new ArrayList<>();
        if (!config.groupsClaim().isEmpty()) {
            texts(claims.path(config.groupsClaim()))
                    .forEach(group -> groups.add(config.groupsPrefix() + group));
        }
        groups.add(UserInfo.AUTHENTICATED);
        String id = claims.path("jti").asText("");
        return new UserInfo(
                config.usernamePrefix() + name,
                config.uidClaim().isEmpty() ? "" : claims.path(config.uidClaim()).asText(""),
                groups,
                id.isEmpty()
                        ? Map.of()
                        : Map.of(
                                "authentication.kubernetes.io/credential-id",
                                List.of("JTI=" + id)));
    }

    /** One or several. */
    private static List<String> texts(JsonNode claim) {
        if (claim.isTextual()) {
            return List.of(claim.asText());
        }
        List<String> texts = new ArrayList<>();
        claim.forEach(one -> texts.add(one.asText("")));
        return texts;
    }
}
