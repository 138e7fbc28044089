package io.felucca.apiserver.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One media type of an {@code Accept} or {@code Content-Type} header.
 *
 * @param type such as {@code application/json}, in lower case
 * @param parameters without {@code q}; names in lower case
 */
record MediaType(String type, Map<String, String> parameters, double quality) {
    private static final int MAX_ALTERNATIVES = 64;

    /** The alternatives, the preferred first; those of equal quality as the client wrote them. */
    static List<MediaType> parseAccept(List<String> headers) {
        List<MediaType> all = new ArrayList<>();
        for (String header : headers) {
            for (String one : header.split(",", -1)) {
                if (!one.isBlank() && all.size() < MAX_ALTERNATIVES) {
                    all.add(parse(one));
                }
            }
        }
        all.removeIf(type -> type.quality <= 0);
        all.sort((a, b) -> Double.compare(b.quality, a.quality));
        return all;
    }

    static MediaType parse(String text) {
        String[] parts = text.split(";", -1);
        Map<String, String> parameters = new LinkedHashMap<>();
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                String name = parts[i].substring(0, equals).trim().toLowerCase(Locale.ROOT);
                String value = unquote(parts[i].substring(equals + 1).trim());
                if (name.equals("q")) {
                    quality = quality(value);
                } else {
                    parameters.put(name, value);
                }
            }
        }
        return new MediaType(parts[0].trim().toLowerCase(Locale.ROOT), parameters, quality);
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Whether a concrete type is within this range. */
    boolean covers(String concrete) {
        return type.equals(concrete)
                || type.equals("*/*")
                || type.equals("*")
                || (type.endsWith("/*")
                        && concrete.startsWith(type.substring(0, type.length() - 1)));
    }

    private static String unquote(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static double quality(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
