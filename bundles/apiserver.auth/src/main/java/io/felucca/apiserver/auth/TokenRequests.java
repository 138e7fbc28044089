package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.auth.TokenClaims.Ref;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Checks a TokenRequest and says what the token will claim; upstream's rules and words. */
final class TokenRequests {
    static final GroupVersionResource ACCOUNTS =
            new GroupVersionResource("", "v1", "serviceaccounts");
    static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    static final GroupVersionResource SECRETS = new GroupVersionResource("", "v1", "secrets");
    static final GroupVersionResource NODES = new GroupVersionResource("", "v1", "nodes");

    private static final long DEFAULT_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;

    /**
     * What admission asks for in every pod. Clients that read their token only once would fail
     * after that time, so such a token lives for a year and says when it ought to be renewed.
     */
    private static final long RENEWED_BY_KUBELET_SECONDS = 3607;

    private static final Duration EXTENDED = Duration.ofDays(365);

    /**
     * @param expiry what the client is told, earlier than the claims' where those are extended
     */
    record Grant(TokenClaims claims, Instant expiry) {}

    private record Bound(Optional<Ref> pod, Optional<Ref> secret, Optional<Ref> node) {
        private static final Bound TO_NOTHING =
                new Bound(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private final String issuer;
    private final Clock clock;
    private final Supplier<String> ids;

    TokenRequests(String issuer, Clock clock, Supplier<String> ids) {
        this.issuer = issuer;
        this.clock = clock;
        this.ids = ids;
    }

    /** Fills in the request's defaults and metadata on the way. */
    Grant check(Reader reader, String namespace, String name, ObjectNode request) {
        StoredObject account =
                reader.get(ACCOUNTS, namespace, name)
                        .orElseThrow(() -> ApiException.notFound(ACCOUNTS.groupResource(), name));
        ObjectNode metadata = request.withObject("/metadata");
        requireSame("name", metadata, name);
        requireSame("namespace", metadata, namespace);
        ObjectNode spec = request.withObject("/spec");
        long seconds = seconds(spec);
        List<String> audiences = audiences(spec);
        Bound bound = bound(reader, namespace, name, spec.path("boundObjectRef"));

        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        metadata.put("name", name);
        metadata.put("namespace", namespace);
        metadata.put("creationTimestamp", now.toString());
        Instant expiry = now.plusSeconds(seconds);
        boolean extended =
                seconds == RENEWED_BY_KUBELET_SECONDS
                        && bound.pod().isPresent()
                        && audiences.equals(List.of(issuer));
        return new Grant(
                new TokenClaims(
                        issuer,
                        audiences,
                        now,
                        extended ? now.plus(EXTENDED) : expiry,
                        ids.get(),
                        namespace,
                        new Ref(name, account.uid()),
                        bound.pod(),
                        bound.secret(),
                        bound.node(),
                        extended ? Optional.of(expiry) : Optional.empty()),
                expiry);
    }

    private static long seconds(ObjectNode spec) {
        JsonNode given = spec.path("expirationSeconds");
        long seconds = given.isNumber() ? given.asLong() : DEFAULT_SECONDS;
        String wrong = "";
        if (seconds < LEAST_SECONDS) {
            wrong = "may not specify a duration less than 10 minutes";
        } else if (seconds > MOST_SECONDS) {
            wrong = "may not specify a duration larger than 2^32 seconds";
        }
        if (!wrong.isEmpty()) {
            throw ApiException.invalid(
                    "authentication.k8s.io",
                    "TokenRequest",
                    "",
                    List.of(FieldError.invalid("spec.expirationSeconds", seconds, wrong)));
        }
        spec.put("expirationSeconds", seconds);
        return seconds;
    }

    private List<String> audiences(ObjectNode spec) {
        List<String> audiences = new ArrayList<>();
        spec.path("audiences").forEach(audience -> audiences.add(audience.asText("")));
        if (audiences.isEmpty()) {
            audiences.add(issuer);
        }
        ArrayNode array = spec.putArray("audiences");
        audiences.forEach(array::add);
        return List.copyOf(audiences);
    }

    private static Bound bound(Reader reader, String namespace, String account, JsonNode ref) {
        if (!ref.isObject()) {
            return Bound.TO_NOTHING;
        }
        String kind = ref.path("kind").asText("");
        String name = ref.path("name").asText("");
        if (!ref.path("apiVersion").asText("").equals("v1")) {
            throw unsupported(account, ref);
        }
        return switch (kind) {
            case "Pod" -> boundToPod(reader, namespace, account, ref);
            case "Secret" ->
                    new Bound(
                            Optional.empty(),
                            Optional.of(ref(require(reader, SECRETS, namespace, name), ref)),
                            Optional.empty());
            case "Node" ->
                    new Bound(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(ref(require(reader, NODES, "", name), ref)));
            default -> throw unsupported(account, ref);
        };
    }

    private static Bound boundToPod(Reader reader, String namespace, String account, JsonNode ref) {
        StoredObject stored = require(reader, PODS, namespace, ref.path("name").asText(""));
        JsonNode spec = Json.parseObject(stored.json()).path("spec");
        if (!spec.path("serviceAccountName").asText("").equals(account)) {
            throw ApiException.badRequest(
                    "cannot bind token for serviceaccount \""
                            + account
                            + "\" to pod running with different serviceaccount name.");
        }
        String nodeName = spec.path("nodeName").asText("");
        Optional<Ref> node =
                nodeName.isEmpty()
                        ? Optional.empty()
                        : reader.get(NODES, "", nodeName)
                                .map(found -> new Ref(nodeName, found.uid()));
        return new Bound(Optional.of(ref(stored, ref)), Optional.empty(), node);
    }

    private static ApiException unsupported(String account, JsonNode ref) {
        return ApiException.badRequest(
                "cannot bind token for serviceaccount \""
                        + account
                        + "\" to type "
                        + ref.path("apiVersion").asText("")
                        + ", Kind="
                        + ref.path("kind").asText(""));
    }

    private static StoredObject require(
            Reader reader, GroupVersionResource resource, String namespace, String name) {
        return reader.get(resource, namespace, name)
                .orElseThrow(() -> ApiException.notFound(resource.groupResource(), name));
    }

    private static Ref ref(StoredObject stored, JsonNode asked) {
        String uid = asked.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(stored.uid())) {
            throw ApiException.conflict(
                    new GroupResource("", asked.path("kind").asText("")),
                    stored.name(),
                    "the UID in the bound object reference ("
                            + uid
                            + ") does not match the UID in record. The object might have been"
                            + " deleted and then recreated");
        }
        return new Ref(stored.name(), stored.uid());
    }

    private static void requireSame(String field, ObjectNode metadata, String inPath) {
        String inBody = metadata.path(field).asText("");
        if (!inBody.isEmpty() && !inBody.equals(inPath)) {
            throw ApiException.badRequest(
                    "the "
                            + field
                            + " of the object ("
                            + inBody
                            + ") does not match the "
                            + field
                            + " on the URL ("
                            + inPath
                            + ")");
        }
    }
}
