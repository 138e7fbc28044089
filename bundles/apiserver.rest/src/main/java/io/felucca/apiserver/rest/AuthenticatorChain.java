package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.Authenticator.Credentials;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.http.api.HttpExchange;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Asks the authenticators, one after the other, who sent a request. */
final class AuthenticatorChain {
    private static final String BEARER = "bearer ";

    /** Browsers can't set headers on a WebSocket, so the token comes as a protocol's name. */
    private static final String WEBSOCKET_BEARER = "base64url.bearer.authorization.k8s.io.";

    private AuthenticatorChain() {}

    /** Throws 401 for a credential that is not valid, or that nobody here knows. */
    static UserInfo authenticate(
            List<Authenticator> authenticators, HttpExchange exchange, AnonymousAccess anonymous) {
        Optional<String> token = bearerToken(exchange);
        Credentials credentials =
                new Credentials(
                        exchange.clientCertificates(),
                        token,
                        exchange::header,
                        new ExchangeHeaders(exchange));
        ApiException refusal = null;
        for (Authenticator authenticator : authenticators) {
            try {
                Optional<UserInfo> user = authenticator.authenticate(credentials);
                if (user.isPresent()) {
                    return user.get();
                }
            } catch (ApiException e) {
                if (e.reason() != StatusReason.Unauthorized) {
                    throw e;
                }
                // What is no good to one may be another's: as upstream, one yes is enough.
                refusal = e;
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        if (hasCredentials(exchange) || !anonymous.reaches(exchange.rawPath())) {
            throw Failures.unauthorized();
        }
        return UserInfo.ANONYMOUS;
    }

    private record ExchangeHeaders(HttpExchange exchange) implements Authenticator.Headers {
        @Override
        public List<String> all(String name) {
            return exchange.headers(name);
        }

        @Override
        public Iterable<String> names() {
            return exchange.headerNames();
        }
    }

    static boolean hasCredentials(HttpExchange exchange) {
        return !exchange.clientCertificates().isEmpty() || bearerToken(exchange).isPresent();
    }

    private static Optional<String> bearerToken(HttpExchange exchange) {
        Optional<String> authorization =
                exchange.header("authorization")
                        .map(String::trim)
                        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(value -> value.substring(BEARER.length()).trim());
        if (authorization.isPresent()) {
            return authorization;
        }
        for (String header : exchange.headers("sec-websocket-protocol")) {
            for (String protocol : header.split(",", -1)) {
                String name = protocol.trim();
                if (name.startsWith(WEBSOCKET_BEARER)) {
                    return decode(name.substring(WEBSOCKET_BEARER.length()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> decode(String encoded) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(encoded);
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw Failures.unauthorized();
        }
    }
}
