package io.felucca.kubelet.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens that are bound to pods, asked for again when four fifths of their time is over. */
final class ServiceAccountTokens {
    private static final long DEFAULT_SECONDS = 3600;
    private static final Duration OLDEST = Duration.ofHours(24);

    private final Client<ServiceAccount> accounts;
    private final Clock clock;
    private final Map<Wanted, Token> tokens = new ConcurrentHashMap<>();

    private record Wanted(String podUid, String audience, long seconds) {}

    private record Token(String value, Instant renewAt) {}

    ServiceAccountTokens(Client<ServiceAccount> accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    /**
     * @param audience empty for the API server's own
     */
    String get(Pod pod, String audience, Long expirationSeconds) {
        long seconds = expirationSeconds == null ? DEFAULT_SECONDS : expirationSeconds;
        Wanted wanted = new Wanted(pod.getMetadata().getUid(), audience, seconds);
        Token known = tokens.get(wanted);
        Instant now = clock.instant();
        if (known != null && now.isBefore(known.renewAt())) {
            return known.value();
        }
        Token fresh = request(pod, wanted, now);
        tokens.put(wanted, fresh);
        return fresh.value();
    }

    void forget(String podUid) {
        tokens.keySet().removeIf(wanted -> wanted.podUid().equals(podUid));
    }

    private Token request(Pod pod, Wanted wanted, Instant now) {
        ObjectNode body = Json.object();
        body.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
        ObjectNode spec = body.putObject("spec");
        if (!wanted.audience().isEmpty()) {
            spec.putArray("audiences").add(wanted.audience());
        }
        spec.put("expirationSeconds", wanted.seconds());
        spec.putObject("boundObjectRef")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("name", pod.getMetadata().getName())
                .put("uid", wanted.podUid());
        String account = pod.getSpec().getServiceAccountName();
        ObjectNode answer =
                accounts.act(
                        new Key(
                                pod.getMetadata().getNamespace(),
                                account == null || account.isEmpty() ? "default" : account),
                        "token",
                        body);
        Instant expires = Instant.parse(answer.at("/status/expirationTimestamp").asText());
        Duration life = Duration.between(now, expires);
        Duration use = life.multipliedBy(4).dividedBy(5);
        return new Token(
                answer.at("/status/token").asText(),
                now.plus(use.compareTo(OLDEST) > 0 ? OLDEST : use));
    }
}
