/**
 * The HTTP server: listeners with TLS, HTTP/1.1 and HTTP/2, upgrades, parked requests and streams
 * that outlive a handler's swap. It knows nothing of what its handlers answer.
 *
 * <p>A connection speaks one protocol ({@code H1Connection}, {@code H2Connection}); each request on
 * it is a {@code Call}, which speaks to its connection as a {@code Wire} and to a handler as an
 * {@code Exchange}. A stream that changes handlers keeps its call and gets a new exchange.
 */
package io.felucca.http;
