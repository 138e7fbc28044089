package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.auth.TokenClaims.Ref;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A token whose signature was good, and whether its objects live. Thread-safe. */
final class VerifiedToken {
    private static final String PREFIX = "authentication.kubernetes.io/";

    /**
     * So long after an object's deletion began, its tokens still work: for what it must tidy up.
     */
    private static final Duration AFTER_DELETION = Duration.ofMinutes(1);

    private final TokenClaims claims;
    private final UserInfo user;
    private final Liveness account = new Liveness();
    private final Liveness bound = new Liveness();

    VerifiedToken(TokenClaims claims) {
        this.claims = claims;
        this.user = user(claims);
    }

    TokenClaims claims() {
        return claims;
    }

    UserInfo user() {
        return user;
    }

    /** Why the token is no longer good; empty if it is. */
    Optional<String> problem(Reader reader, Instant now) {
        String namespace = claims.namespace();
        if (!account.isAlive(reader, TokenRequests.ACCOUNTS, namespace, claims.account(), now)) {
            return Optional.of("its account is gone");
        }
        // As upstream: the node of a bound pod is told, but only a token bound to it depends on it.
        boolean lives =
                claims.pod()
                        .map(ref -> lives(reader, TokenRequests.PODS, namespace, ref, now))
                        .or(
                                () ->
                                        claims.secret()
                                                .map(
                                                        ref ->
                                                                lives(
                                                                        reader,
                                                                        TokenRequests.SECRETS,
                                                                        namespace,
                                                                        ref,
                                                                        now)))
                        .or(
                                () ->
                                        claims.node()
                                                .map(
                                                        ref ->
                                                                lives(
                                                                        reader,
                                                                        TokenRequests.NODES,
                                                                        "",
                                                                        ref,
                                                                        now)))
                        .orElse(true);
        return lives ? Optional.empty() : Optional.of("the object it is bound to is gone");
    }

    private boolean lives(
            Reader reader, GroupVersionResource resource, String namespace, Ref ref, Instant now) {
        return bound.isAlive(reader, resource, namespace, ref, now);
    }

    private static UserInfo user(TokenClaims claims) {
        Map<String, List<String>> extra = new HashMap<>();
        if (!claims.id().isEmpty()) {
            extra.put(PREFIX + "credential-id", List.of("JTI=" + claims.id()));
        }
        claims.pod().ifPresent(pod -> put(extra, "pod", pod));
        claims.node().ifPresent(node -> put(extra, "node", node));
        return new UserInfo(
                claims.subject(),
                claims.account().uid(),
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:" + claims.namespace(),
                        UserInfo.AUTHENTICATED),
                extra);
    }

    private static void put(Map<String, List<String>> extra, String kind, Ref ref) {
        extra.put(PREFIX + kind + "-name", List.of(ref.name()));
        extra.put(PREFIX + kind + "-uid", List.of(ref.uid()));
    }

    /** Whether an object is there; parses it at most once per revision. */
    private static final class Liveness {
        private record Seen(long revision, Optional<Instant> deletion) {}

        private volatile Seen last = new Seen(-1, Optional.empty());

        boolean isAlive(
                Reader reader,
                GroupVersionResource resource,
                String namespace,
                Ref ref,
                Instant now) {
            Optional<StoredObject> found = reader.get(resource, namespace, ref.name());
            if (found.isEmpty() || !found.get().uid().equals(ref.uid())) {
                return false;
            }
            Seen seen = last;
            if (seen.revision() != found.get().revision()) {
                seen = new Seen(found.get().revision(), deletion(found.get()));
                last = seen;
            }
            return seen.deletion().isEmpty()
                    || !seen.deletion().get().plus(AFTER_DELETION).isBefore(now);
        }

        private static Optional<Instant> deletion(StoredObject object) {
            String stamp =
                    Json.parseObject(object.json())
                            .path("metadata")
                            .path("deletionTimestamp")
                            .asText("");
            return stamp.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(stamp));
        }
    }
}
