package io.felucca.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What the server says itself, when it can't ask a handler. */
final class PlainAnswer {
    // kubectl keeps on disk whatever does not forbid it: a 503 of a moment would stay.
    private static final String NO_CACHE = "no-cache, private";

    static final Map<String, String> HEADERS =
            Map.of("content-type", "application/json", "cache-control", NO_CACHE);

    /** The connection is of no more use. */
    static final Map<String, String> CLOSE =
            Map.of(
                    "content-type",
                    "application/json",
                    "cache-control",
                    NO_CACHE,
                    "connection",
                    "close");

    static final Map<String, String> RETRY =
            Map.of(
                    "content-type",
                    "application/json",
                    "cache-control",
                    NO_CACHE,
                    "retry-after",
                    "1");

    private PlainAnswer() {}

    /** A Status as small as clients understand it; {@code message} must need no escapes. */
    static List<ByteBuffer> body(int status, String message) {
        String json =
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                        + "\"message\":\""
                        + message
                        + "\",\"reason\":\""
                        + reason(status)
                        + "\",\"code\":"
                        + status
                        + "}\n";
        return List.of(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "BadRequest";
            case 408 -> "Timeout";
            case 413 -> "RequestEntityTooLarge";
            case 500 -> "InternalError";
            case 503 -> "ServiceUnavailable";
            default -> "";
        };
    }

    static boolean hasNoBody(int status) {
        return status == 204 || status == 304;
    }
}
