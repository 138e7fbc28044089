/**
 * The cluster's name server. It answers for services, endpoints and pods from memory, after the
 * Kubernetes DNS specification 1.1, and passes everything else on.
 *
 * <p>{@code DnsServer} reads and writes the wire, {@code Query} and {@code Response} are its
 * messages, {@code Responder} decides who answers: the {@code Zone} or the {@code Forwarder}.
 * {@code Publisher} makes the server the endpoint of the Service {@code kube-dns}.
 */
package io.felucca.dns;
