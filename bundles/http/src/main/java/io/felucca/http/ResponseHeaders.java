package io.felucca.http;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** What of a handler's headers goes out. */
final class ResponseHeaders {
    /** They belong to the connection or are the server's to say. */
    private static final Set<String> OWN =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings",
                    "content-length",
                    "date");

    private ResponseHeaders() {}

    /** Gives each header on, its name in lower case, a value of several lines one by one. */
    static void each(Map<String, String> headers, BiConsumer<String, String> sink) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (OWN.contains(name)) {
                continue;
            }
            String value = header.getValue();
            if (value.indexOf('\n') < 0) {
                sink.accept(name, value);
            } else {
                value.lines().forEach(line -> sink.accept(name, line));
            }
        }
    }

    /** What a handler says of the length of a body that HEAD does not send, or null. */
    static String declaredLength(Map<String, String> headers) {
        return first(headers, "content-length");
    }

    static boolean asksToClose(Map<String, String> headers) {
        return "close".equalsIgnoreCase(first(headers, "connection"));
    }

    private static String first(Map<String, String> headers, String name) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }
}
