package io.felucca.apiserver.rest;

/**
 * Where a connection to a node, a pod or a service goes.
 *
 * @param tls whether to speak TLS
 * @param kubelet whether the other end is a kubelet, which gets our certificate, must have one of
 *     the cluster's authority, and whose failures are told as a Status
 * @param uri path and query as they go over the wire
 * @param route for proxies: how the other end is reached through this server
 */
record NodeTarget(
        String host, int port, boolean tls, boolean kubelet, String uri, ProxyRoute route) {

    String authority() {
        return host + ":" + port;
    }

    static NodeTarget kubelet(String host, int port, String uri) {
        return new NodeTarget(host, port, true, true, uri, ProxyRoute.NONE);
    }
}
