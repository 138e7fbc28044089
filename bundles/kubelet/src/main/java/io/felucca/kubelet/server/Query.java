package io.felucca.kubelet.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request's query parameters. Immutable. */
final class Query {
    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    static Query parse(String raw) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (!raw.isEmpty()) {
            for (String pair : raw.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                values.computeIfAbsent(decode(parts[0]), name -> new ArrayList<>())
                        .add(parts.length > 1 ? decode(parts[1]) : "");
            }
        }
        return new Query(values);
    }

    /** Empty without one. */
    String first(String name) {
        return all(name).stream().findFirst().orElse("");
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean flag(String name) {
        String value = first(name);
        return value.equals("true") || value.equals("1") || value.equals("True");
    }

    static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
