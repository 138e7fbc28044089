package io.felucca.apiserver.rest;

import java.util.List;

/**
 * Where a connection to a node, a pod or a service goes.
 *
 * @param tls whether to speak TLS
 * @param kubelet whether the other end is a kubelet, which gets our certificate, must have one of
 *     the cluster's authority, and whose failures are told as a Status
 * @param uri path and query as they go over the wire
 * @param dropHeaders of the client's, in lower case, beside those that never pass
 */
record NodeTarget(
        String host, int port, boolean tls, boolean kubelet, String uri, List<String> dropHeaders) {

    static NodeTarget kubelet(String host, int port, String uri) {
        return new NodeTarget(host, port, true, true, uri, List.of());
    }
}
