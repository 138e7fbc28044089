package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;

/**
 * JSON web tokens (RFC 7519) signed with RS256, the one algorithm used here: a header that names
 * another is refused, so nobody can choose a weaker one.
 */
final class Jwt {
    private static final String ALGORITHM = "RS256";
    private static final String SIGNATURE = "SHA256withRSA";

    private final String signed;
    private final byte[] signature;
    private final JsonNode header;
    private final JsonNode claims;

    private Jwt(String signed, byte[] signature, JsonNode header, JsonNode claims) {
        this.signed = signed;
        this.signature = signature;
        this.header = header;
        this.claims = claims;
    }

    static String sign(ObjectNode claims, PrivateKey key, String keyId) {
        ObjectNode header = Json.object().put("alg", ALGORITHM).put("kid", keyId);
        String signed = encode(Json.bytes(header)) + "." + encode(Json.bytes(claims));
        try {
            Signature signer = Signature.getInstance(SIGNATURE);
            signer.initSign(key);
            signer.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encode(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
    }

    /** Takes a token apart without believing it; empty if it is no such thing. */
    static Optional<Jwt> parse(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode header = Json.mapper().readTree(decode(parts[0]));
            JsonNode claims = Json.mapper().readTree(decode(parts[1]));
            return Optional.of(
                    new Jwt(parts[0] + "." + parts[1], decode(parts[2]), header, claims));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** To be believed only once {@link #isSignedBy} has said yes. */
    JsonNode claims() {
        return claims;
    }

    boolean isSignedBy(PublicKey key) {
        if (!header.path("alg").asText("").equals(ALGORITHM)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(SIGNATURE);
            verifier.initVerify(key);
            verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // A signature of the wrong length throws instead of being wrong.
            return false;
        }
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
