package io.felucca.apiserver.auth.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A provider's public keys, found by discovery (OpenID Connect Discovery 1.0) and read again when a
 * token names one that is not known, yet not more often than every few seconds: so nobody makes
 * this server flood the provider. Thread-safe.
 */
final class ProviderKeys {
    private static final Duration LEAST_BETWEEN = Duration.ofSeconds(10);
    private static final Duration FRESH = Duration.ofHours(1);

    private final String issuer;
    private final String discoveryUrl;
    private final Fetch fetch;
    private final Clock clock;
    private List<JWK> keys = List.of();
    private Instant asked = Instant.MIN;

    ProviderKeys(String issuer, String discoveryUrl, Fetch fetch, Clock clock) {
        this.issuer = issuer;
        this.discoveryUrl = discoveryUrl;
        this.fetch = fetch;
        this.clock = clock;
    }

    /**
     * Those that may have signed.
     *
     * @param keyId as the token's header says, or null
     */
    synchronized List<JWK> find(String keyId) throws IOException {
        Instant now = clock.instant();
        boolean old = asked.equals(Instant.MIN) || asked.plus(FRESH).isBefore(now);
        List<JWK> found = named(keyId);
        if (old || (found.isEmpty() && !asked.plus(LEAST_BETWEEN).isAfter(now))) {
            asked = now;
            keys = read();
            found = named(keyId);
        }
        return found;
    }

    private List<JWK> named(String keyId) {
        return keys.stream().filter(key -> keyId == null || keyId.equals(key.getKeyID())).toList();
    }

    private List<JWK> read() throws IOException {
        JsonNode provider = Json.mapper().readTree(fetch.get(discoveryUrl));
        if (!provider.path("issuer").asText("").equals(issuer)) {
            throw new IOException(
                    discoveryUrl
                            + " is of the issuer "
                            + provider.path("issuer").asText("")
                            + ", not of "
                            + issuer);
        }
        String url = provider.path("jwks_uri").asText("");
        if (!url.startsWith("https://")) {
            throw new IOException(discoveryUrl + " names no https URL as its jwks_uri");
        }
        try {
            return List.copyOf(
                    JWKSet.parse(new String(fetch.get(url), StandardCharsets.UTF_8)).getKeys());
        } catch (ParseException e) {
            throw new IOException(url + " is no key set: " + e.getMessage(), e);
        }
    }
}
