package io.felucca.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;

/** What an HTTP/1 request's head must be like beyond its syntax (RFC 9112). */
final class H1Rules {
    private H1Rules() {}

    /** The status to refuse with, or 0. */
    static int check(HttpRequest request) {
        boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!old && !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return 505;
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && !old)) {
            return 400;
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (old) {
                return 400;
            }
            if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                return 501;
            }
        }
        String expected = request.headers().get(HttpHeaderNames.EXPECT);
        return expected == null || expected.equalsIgnoreCase("100-continue") ? 0 : 417;
    }

    static int statusOf(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return 414;
        }
        return cause instanceof TooLongHttpHeaderException ? 431 : 400;
    }

    static String message(int status) {
        return switch (status) {
            case 408 -> "the request's headers came too slowly";
            case 414 -> "the request's URI is too long";
            case 417 -> "the request expects what the server does not know";
            case 431 -> "the request's headers are too large";
            case 501 -> "the request's transfer coding is not chunked";
            case 505 -> "the server speaks HTTP/1.1 and HTTP/2";
            default -> "the request is malformed";
        };
    }
}
