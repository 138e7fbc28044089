package io.felucca.metrics;

/** What Prometheus takes for a name. */
final class Names {
    private Names() {}

    static String metric(String name) {
        return matching(name, "[a-zA-Z_:][a-zA-Z0-9_:]*");
    }

    static void label(String name) {
        String unused = matching(name, "(?!__)[a-zA-Z_][a-zA-Z0-9_]*");
    }

    private static String matching(String name, String pattern) {
        if (!name.matches(pattern)) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name for Prometheus: it must match " + pattern);
        }
        return name;
    }
}
