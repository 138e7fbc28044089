package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a service-account token says, in upstream's shape.
 *
 * @param warnAfter set where the token lives longer than was asked for
 */
record TokenClaims(
        String issuer,
        List<String> audiences,
        Instant issuedAt,
        Instant expiry,
        String id,
        String namespace,
        Ref account,
        Optional<Ref> pod,
        Optional<Ref> secret,
        Optional<Ref> node,
        Optional<Instant> warnAfter) {

    private static final String PRIVATE = "kubernetes.io";

    /** An object by its name and the uid that it must still have. */
    record Ref(String name, String uid) {}

    String subject() {
        return "system:serviceaccount:" + namespace + ":" + account.name();
    }

    ObjectNode toJson() {
        ObjectNode claims = Json.object();
        audiences.forEach(claims.putArray("aud")::add);
        claims.put("exp", expiry.getEpochSecond());
        claims.put("iat", issuedAt.getEpochSecond());
        claims.put("iss", issuer);
        claims.put("jti", id);
        ObjectNode own = claims.putObject(PRIVATE);
        own.put("namespace", namespace);
        node.ifPresent(ref -> put(own, "node", ref));
        pod.ifPresent(ref -> put(own, "pod", ref));
        secret.ifPresent(ref -> put(own, "secret", ref));
        put(own, "serviceaccount", account);
        warnAfter.ifPresent(instant -> own.put("warnafter", instant.getEpochSecond()));
        claims.put("nbf", issuedAt.getEpochSecond());
        claims.put("sub", subject());
        return claims;
    }

    /** Empty unless all that every such token has is there and fits together. */
    static Optional<TokenClaims> fromJson(JsonNode claims) {
        JsonNode own = claims.path(PRIVATE);
        Optional<Ref> account = ref(own, "serviceaccount");
        String namespace = own.path("namespace").asText("");
        if (account.isEmpty()
                || namespace.isEmpty()
                || !claims.path("exp").canConvertToLong()
                || !claims.path("nbf").canConvertToLong()) {
            return Optional.empty();
        }
        List<String> audiences = new ArrayList<>();
        if (claims.path("aud").isTextual()) {
            audiences.add(claims.path("aud").asText(""));
        }
        claims.path("aud").forEach(audience -> audiences.add(audience.asText("")));
        TokenClaims read =
                new TokenClaims(
                        claims.path("iss").asText(""),
                        List.copyOf(audiences),
                        Instant.ofEpochSecond(claims.path("nbf").asLong()),
                        Instant.ofEpochSecond(claims.path("exp").asLong()),
                        claims.path("jti").asText(""),
                        namespace,
                        account.get(),
                        ref(own, "pod"),
                        ref(own, "secret"),
                        ref(own, "node"),
                        own.has("warnafter")
                                ? Optional.of(Instant.ofEpochSecond(own.path("warnafter").asLong()))
                                : Optional.empty());
        return read.subject().equals(claims.path("sub").asText(""))
                ? Optional.of(read)
                : Optional.empty();
    }

    private static void put(ObjectNode into, String kind, Ref ref) {
        into.putObject(kind).put("name", ref.name()).put("uid", ref.uid());
    }

    private static Optional<Ref> ref(JsonNode own, String kind) {
        JsonNode ref = own.path(kind);
        String name = ref.path("name").asText("");
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new Ref(name, ref.path("uid").asText("")));
    }
}
