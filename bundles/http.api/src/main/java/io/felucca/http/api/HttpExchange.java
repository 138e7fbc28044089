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

    /** The client's certificate chain, leaf first, verified to be of its key; empty without one. */
    List<X509Certificate> clientCertificates();

    InetSocketAddress remoteAddress();

    /** {@code HTTP/1.1} or {@code HTTP/2.0}. */
    String protocol();

    /**
     * The whole body. Fails with {@link BodyTooLargeException} over {@code maxBytes}, with an
     * {@link java.io.IOException} when the client goes away or is too slow.
     */
    CompletionStage<byte[]> body(int maxBytes);

    /** Answers with a whole body; the buffers are sent as they are, not copied. */
    void respond(int status, Map<String, String> headers, List<ByteBuffer> body);

    default void respond(int status, Map<String, String> headers, byte[] body) {
        respond(status, headers, List.of(ByteBuffer.wrap(body)));
    }

    /** Answers with a body of unknown length. On a resumed exchange the head is not sent again. */
    ResponseStream stream(int status, Map<String, String> headers);

    /**
     * Answers 101 and turns an HTTP/1.1 connection into raw bytes.
     *
     * @throws IllegalStateException on HTTP/2, where a connection can't be upgraded
     */
    RawChannel upgrade(Map<String, String> headers);

    /**
     * What the stream's former handler last put down with {@link ResponseStream#checkpoint}, when
     * this exchange is one whose stream is already under way; empty on a new request.
     */
    Optional<Object> resume();

    /** Runs when the client has gone or the answer is complete, at once if that is so already. */
    void onClose(Runnable action);

    /** Says that the client's body was over the bound. */
    final class BodyTooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BodyTooLargeException(int maxBytes) {
            super("request body is larger than " + maxBytes + " bytes");
        }
    }
}
