package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.OpenIdDocuments;
import io.felucca.apiserver.api.TokenIssuer;
import io.felucca.machinery.Json;
import io.felucca.pki.api.ClusterTrust;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * Signs service-account tokens, and shows with which key. The issuer's name is the API server's own
 * in the cluster, so that a token without other audiences is for the API server. Thread-safe.
 */
@Component(
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class TokenSigner implements TokenIssuer, OpenIdDocuments {
    private final KeyPair key;
    private final String keyId;
    private final TokenRequests requests;
    private final byte[] configuration;

    @Activate
    public TokenSigner(@Reference ClusterTrust trust, @Reference Clock clock, TokenConfig config) {
        this(
                trust.serviceAccountKey(),
                clock,
                issuer(config.cluster_domain()),
                "https://" + host(config.node_ip()) + ":" + config.api_port());
    }

    TokenSigner(KeyPair key, Clock clock, String issuer, String address) {
        this.key = key;
        this.keyId = keyId(key.getPublic());
        this.requests = new TokenRequests(issuer, clock, () -> UUID.randomUUID().toString());
        this.configuration = configuration(issuer, address);
    }

    static String issuer(String clusterDomain) {
        return "https://kubernetes.default.svc." + clusterDomain;
    }

    @Override
    public ObjectNode issue(ApiServer server, ApiRequest request, ObjectNode tokenRequest) {
        TokenRequests.Grant grant =
                requests.check(
                        ServerReader.live(server),
                        request.namespace(),
                        request.name(),
                        tokenRequest);
        tokenRequest
                .putObject("status")
                .put("token", Jwt.sign(grant.claims().toJson(), key.getPrivate(), keyId))
                .put("expirationTimestamp", grant.expiry().toString());
        return tokenRequest;
    }

    @Override
    public byte[] configuration() {
        return configuration.clone();
    }

    /** Made when asked for, which is rare: no start should wait for it. */
    @Override
    public byte[] jwks() {
        RSAKey shown =
                new RSAKey.Builder((RSAPublicKey) key.getPublic())
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .keyID(keyId)
                        .build();
        ObjectNode document = Json.object();
        document.putArray("keys").addPOJO(shown.toJSONObject());
        return Json.bytes(document);
    }

    private static byte[] configuration(String issuer, String address) {
        ObjectNode document = Json.object();
        document.put("issuer", issuer);
        document.put("jwks_uri", address + "/openid/v1/jwks");
        document.putArray("response_types_supported").add("id_token");
        document.putArray("subject_types_supported").add("public");
        document.putArray("id_token_signing_alg_values_supported").add("RS256");
        return Json.bytes(document);
    }

    /** As upstream: the SHA-256 of the key in DER. */
    private static String keyId(PublicKey key) {
        try {
            return Jwt.encode(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String host(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
