package io.felucca.storage.etcd;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where etcd is, how it is reached, and the store's bounds.
 *
 * @param endpoints of the members, all {@code http} or all {@code https}
 * @param ca PEM file of the authorities that vouch for the members; null for those of the JDK
 * @param certificate PEM file of our certificate; null for none
 * @param key PEM file (PKCS #8) of its key; null for none
 * @param deadline how long a request is tried
 * @param history how long the past stays readable
 * @param loading whether to use it also while data is loaded into it
 */
record EtcdOptions(
        List<URI> endpoints,
        Path ca,
        Path certificate,
        Path key,
        Duration deadline,
        Duration history,
        boolean loading) {

    /** Longer than the seven seconds after which etcd itself gives up on a proposal. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Duration HISTORY = Duration.ofMinutes(5);

    EtcdOptions {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * Reads what a configuration says.
     *
     * @param endpoints URLs with commas between them
     * @param ca a file, or empty; likewise the others
     * @throws IllegalArgumentException if it can't be used; the message says what would be right
     */
    static EtcdOptions of(String endpoints, String ca, String certificate, String key) {
        List<URI> members = new ArrayList<>();
        for (String endpoint : endpoints.split(",", -1)) {
            members.add(member(endpoint.trim()));
        }
        boolean tls = members.get(0).getScheme().equals("https");
        for (URI member : members) {
            if (member.getScheme().equals("https") != tls) {
                throw new IllegalArgumentException(
                        "etcd's endpoints are all http or all https, not " + endpoints);
            }
        }
        if (!tls && !(ca + certificate + key).isEmpty()) {
            throw new IllegalArgumentException(
                    "etcd's CA, certificate and key are for https, but the endpoints are "
                            + endpoints);
        }
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException(
                    "etcd's client certificate and key come together; "
                            + (key.isEmpty() ? "the key" : "the certificate")
                            + " is missing");
        }
        return new EtcdOptions(
                members, file(ca), file(certificate), file(key), DEADLINE, HISTORY, false);
    }

    private static URI member(String endpoint) {
        URI uri;
        try {
            uri = URI.create(endpoint);
        } catch (IllegalArgumentException e) {
            throw notAnEndpoint(endpoint);
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        boolean bare =
                uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/");
        if (!http || uri.getHost() == null || !bare || uri.getUserInfo() != null) {
            throw notAnEndpoint(endpoint);
        }
        return uri;
    }

    private static IllegalArgumentException notAnEndpoint(String endpoint) {
        return new IllegalArgumentException(
                "\"" + endpoint + "\" is no endpoint of etcd; one is like https://10.0.0.1:2379");
    }

    private static Path file(String name) {
        if (name.isEmpty()) {
            return null;
        }
        Path path = Path.of(name);
        if (!Files.isReadable(path)) {
            throw new IllegalArgumentException("file " + path + ", named for etcd, can't be read");
        }
        return path;
    }

    boolean tls() {
        return endpoints.get(0).getScheme().equals("https");
    }

    EtcdOptions withDeadline(Duration other) {
        return new EtcdOptions(endpoints, ca, certificate, key, other, history, loading);
    }

    EtcdOptions withHistory(Duration other) {
        return new EtcdOptions(endpoints, ca, certificate, key, deadline, other, loading);
    }

    EtcdOptions forLoading() {
        return new EtcdOptions(endpoints, ca, certificate, key, deadline, history, true);
    }
}
