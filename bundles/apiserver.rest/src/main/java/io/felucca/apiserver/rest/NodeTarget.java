package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Aggregation.Connection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Where a connection to a node, a pod, a service or another API server goes.
 *
 * @param tls whether to speak TLS
 * @param kubelet whether the other end is a kubelet, which gets our certificate, must have one of
 *     the cluster's authority, and whose failures are told as a Status
 * @param uri path and query as they go over the wire
 * @param route for proxies: how the other end is reached through this server
 * @param delegate if it is another API server; otherwise null
 */
record NodeTarget(
        String host,
        int port,
        boolean tls,
        boolean kubelet,
        String uri,
        ProxyRoute route,
        Delegate delegate) {

    String authority() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    static NodeTarget kubelet(String host, int port, String uri) {
        return new NodeTarget(host, port, true, true, uri, ProxyRoute.NONE, null);
    }

    static NodeTarget proxied(String host, int port, boolean tls, String uri, ProxyRoute route) {
        return new NodeTarget(host, port, tls, false, uri, route, null);
    }

    /**
     * An API server that answers in this one's place.
     *
     * @param timeout of the whole request; zero for none
     */
    record Delegate(Connection connection, Duration timeout) {

        /** In plain words, as upstream's aggregator answers where no API server did. */
        static void refuse(Call call, int code, String why) {
            call.respond(
                    code,
                    "text/plain; charset=utf-8",
                    List.of(ByteBuffer.wrap((why + "\n").getBytes(StandardCharsets.UTF_8))),
                    Map.of("X-Content-Type-Options", "nosniff"));
        }
    }
}
