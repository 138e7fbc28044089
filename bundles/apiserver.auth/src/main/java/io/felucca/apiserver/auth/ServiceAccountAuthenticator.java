package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.pki.api.ClusterTrust;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bearer tokens that this cluster's {@link TokenSigner} has signed for the API server, as long as
 * the account, and the pod, node or secret that the token is bound to, are still the same.
 *
 * <p>A signature is checked once: what passed is remembered by the token's hash. Whether the
 * objects live is looked up each time. Thread-safe.
 */
@Component(
        property = "service.ranking:Integer=100",
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ServiceAccountAuthenticator implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceAccountAuthenticator.class);
    private static final int MOST_REMEMBERED = 4096;
    private static final int RETRY_AFTER_SECONDS = 1;

    /** How far the clocks of issuer and verifier may differ; upstream's JWT library's leeway. */
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    private final PublicKey key;
    private final String issuer;
    private final Clock clock;
    private final Map<String, VerifiedToken> known = new ConcurrentHashMap<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    @Activate
    public ServiceAccountAuthenticator(
            @Reference ClusterTrust trust, @Reference Clock clock, TokenConfig config) {
        this(
                trust.serviceAccountKey().getPublic(),
                TokenSigner.issuer(config.cluster_domain()),
                clock);
    }

    ServiceAccountAuthenticator(PublicKey key, String issuer, Clock clock) {
        this.key = key;
        this.issuer = issuer;
        this.clock = clock;
    }

    void server(ApiServer now) {
        server = now;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        Optional<String> token = credentials.bearerToken();
        if (token.isEmpty()) {
            return Optional.empty();
        }
        String hash = hash(token.get());
        VerifiedToken verified = known.get(hash);
        if (verified == null) {
            Optional<Jwt> jwt = Jwt.parse(token.get());
            if (jwt.isEmpty() || !jwt.get().claims().path("iss").asText("").equals(issuer)) {
                return Optional.empty();
            }
            verified = new VerifiedToken(verify(jwt.get()));
            if (known.size() >= MOST_REMEMBERED) {
                known.clear();
            }
            known.put(hash, verified);
        }
        TokenClaims claims = verified.claims();
        Instant now = clock.instant();
        if (now.isAfter(claims.expiry().plus(LEEWAY))) {
            known.remove(hash);
            throw unauthorized(claims.subject(), "the token has expired");
        }
        if (now.isBefore(claims.issuedAt().minus(LEEWAY))) {
            throw unauthorized(claims.subject(), "the token is not yet valid");
        }
        verified.problem(reader(), now)
                .ifPresent(
                        why -> {
                            throw unauthorized(claims.subject(), why);
                        });
        return Optional.of(verified.user());
    }

    private TokenClaims verify(Jwt jwt) {
        if (!jwt.isSignedBy(key)) {
            throw unauthorized("", "the token's signature is not ours");
        }
        TokenClaims claims =
                TokenClaims.fromJson(jwt.claims())
                        .orElseThrow(() -> unauthorized("", "the token lacks a claim"));
        if (!claims.audiences().contains(issuer)) {
            throw unauthorized(claims.subject(), "the token is for " + claims.audiences());
        }
        return claims;
    }

    private Reader reader() {
        ApiServer now = server;
        if (now == null) {
            throw ApiException.unavailable(
                    "the server is starting: service accounts cannot be looked up",
                    RETRY_AFTER_SECONDS);
        }
        return ServerReader.cached(now);
    }

    /** So that no token lies in the heap for longer than its request. */
    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static ApiException unauthorized(String subject, String why) {
        LOG.debug("A token of {} was refused: {}", subject, why);
        return ApiException.of(StatusReason.Unauthorized, "Unauthorized");
    }
}
