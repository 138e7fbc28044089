package io.felucca.http.api;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A request and the way to answer it, once: by {@link #respond}, {@link #stream} or {@link
 * #upgrade}. Thread-safe after {@link HttpHandler#handle} was called.
 */
@ProviderType
public interface HttpExchange {
    String method();

    /** The path as sent, still percent-encoded, without the query. */
    String rawPath();

    /** The query as sent, without the question mark; empty if there is none. */
    String rawQuery();

    /** The first value of a header, whatever the case of its name. */
    Optional<String> header(String name);

    List<String> headers(String name);

    /** The names of all headers, in lower case. */
    Iterable<String> headerNames();

    /**
     * The client's certificate chain, leaf first; empty without one. The server has verified only
     * that the client holds the leaf's private key: issuer, dates and usages are the
     * authenticator's to check, so that a foreign or expired certificate gets a 401 and not a
     * broken handshake.
     */
    List<X509Certificate> clientCertificates();

    InetSocketAddress remoteAddress();

    /** {@code HTTP/1.1} or {@code HTTP/2.0}. */
    String protocol();

    /**
     * The whole body. Fails with {@link BodyTooLargeException} over {@code maxBytes}, with an
     * {@link java.io.IOException} when the client goes away or is too slow (who is too slow has got
     * a 408 already). Nothing of the body is read before this is called; {@code 100 Continue} is
     * sent when it is. Completes on an event loop. Asked again it gives the same; the first bound
     * counts.
     */
    CompletionStage<byte[]> body(int maxBytes);

    /**
     * Answers with a whole body; the buffers are sent as they are, not copied. {@code
     * Content-Length} and {@code Date} are added, headers of the connection itself are left out,
     * and a value of several lines becomes several headers of that name. To a HEAD request only the
     * head is sent. On a resumed exchange, whose head was sent long ago, the stream is ended and
     * the body dropped. An answer to what was answered already is dropped.
     */
    void respond(int status, Map<String, String> headers, List<ByteBuffer> body);

    default void respond(int status, Map<String, String> headers, byte[] body) {
        respond(status, headers, List.of(ByteBuffer.wrap(body)));
    }

    /**
     * Answers with a body of unknown length. On a resumed exchange the head is not sent again.
     *
     * @throws IllegalStateException if the request was answered before
     */
    ResponseStream stream(int status, Map<String, String> headers);

    /**
     * Answers 101 with these headers ({@code Connection: Upgrade} is added) and turns an HTTP/1.1
     * connection into raw bytes. What the client sent after its request is read first.
     *
     * @throws IllegalStateException on HTTP/2, where a connection can't be upgraded; if the request
     *     was answered before; or while it has a body that was not read to its end
     */
    RawChannel upgrade(Map<String, String> headers);

    /**
     * What the stream's former handler last put down with {@link ResponseStream#checkpoint}, when
     * this exchange is one whose stream is already under way; empty on a new request.
     */
    Optional<Object> resume();

    /**
     * Runs when the client has gone, the answer is complete or another handler has taken the stream
     * over; at once if that is so already. On an upgraded connection it runs when that has ended.
     */
    void onClose(Runnable action);

    /** Says that the client's body was over the bound. */
    final class BodyTooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BodyTooLargeException(int maxBytes) {
            super("request body is larger than " + maxBytes + " bytes");
        }
    }
}
