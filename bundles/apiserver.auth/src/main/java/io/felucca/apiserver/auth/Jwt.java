package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Optional;

/**
 * JSON web tokens (RFC 7519) signed with RS256, the one algorithm used here: a header that names
 * another is refused, so nobody can choose a weaker one.
 */
final class Jwt {
    private static final int PARTS = 3;

    private final String token;
    private final JsonNode claims;

    private Jwt(String token, JsonNode claims) {
        this.token = token;
        this.claims = claims;
    }

    static String sign(ObjectNode claims, PrivateKey key, String keyId) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build();
        JWSObject jws = new JWSObject(header, new Payload(Json.bytes(claims)));
        try {
            jws.sign(new RSASSASigner(key));
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
    }

    /**
     * Takes a token apart without believing it; empty if it is no such thing. One with an unusable
     * header or signature is still taken apart, so that it can be refused by whom it claims to be
     * from.
     */
    static Optional<Jwt> parse(String token) {
        try {
            Base64URL[] parts = JOSEObject.split(token);
            return parts.length == PARTS
                    ? Optional.of(new Jwt(token, Json.mapper().readTree(parts[1].decode())))
                    : Optional.empty();
        } catch (ParseException | IOException e) {
            return Optional.empty();
        }
    }

    /** To be believed only once {@link #isSignedBy} has said yes. */
    JsonNode claims() {
        return claims;
    }

    boolean isSignedBy(PublicKey key) {
        try {
            JWSObject jws = JWSObject.parse(token);
            return jws.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)
                    && isCanonical(jws.getSignature())
                    && jws.verify(new RSASSAVerifier((RSAPublicKey) key));
        } catch (ParseException | JOSEException e) {
            // What cannot be checked is as bad as what is wrong.
            return false;
        }
    }

    static String encode(byte[] bytes) {
        return Base64URL.encode(bytes).toString();
    }

    /**
     * The library skips characters that are not base64: one signature would have many spellings.
     */
    private static boolean isCanonical(Base64URL part) {
        return part.equals(Base64URL.encode(part.decode()));
    }
}
