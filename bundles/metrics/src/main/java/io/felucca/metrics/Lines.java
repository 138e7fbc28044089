package io.felucca.metrics;

import java.util.List;

/** Writes the lines of one series after the other. Used by one thread. */
final class Lines {
    private static final String TOTAL = "_total";

    private final StringBuilder out;
    private final Format format;
    private String name = "";
    private String labels = "";

    Lines(StringBuilder out, Format format) {
        this.out = out;
        this.format = format;
    }

    void begin(Family<?> family) {
        name = family.name();
        String called = name;
        String type = family.kind().word();
        if (format == Format.OPEN_METRICS && family.kind() == Kind.COUNTER) {
            if (name.endsWith(TOTAL)) {
                called = name.substring(0, name.length() - TOTAL.length());
            } else {
                // A counter there must end so; upstream has some that don't, and they keep
                // their names in both formats.
                type = "unknown";
            }
        }
        out.append("# HELP ").append(called).append(' ');
        escape(family.help(), format == Format.OPEN_METRICS);
        out.append("\n# TYPE ").append(called).append(' ').append(type).append('\n');
    }

    /** What is written next belongs to these labels. */
    void labels(List<String> names, List<String> values) {
        if (names.isEmpty()) {
            labels = "";
            return;
        }
        int start = out.length();
        for (int i = 0; i < names.size(); i++) {
            out.append(i == 0 ? "" : ",").append(names.get(i)).append("=\"");
            escape(values.get(i), true);
            out.append('"');
        }
        labels = out.substring(start);
        out.setLength(start);
    }

    private void escape(String text, boolean quotes) {
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            switch (one) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '"' -> out.append(quotes ? "\\\"" : "\"");
                default -> out.append(one);
            }
        }
    }

    void value(String suffix, long value) {
        head(suffix);
        out.append(value).append('\n');
    }

    void value(String suffix, double value) {
        head(suffix);
        out.append(Numbers.text(value)).append('\n');
    }

    private void head(String suffix) {
        out.append(name).append(suffix);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ');
    }

    void bucket(double bound, long count) {
        out.append(name).append("_bucket{").append(labels).append(labels.isEmpty() ? "" : ",");
        out.append("le=\"").append(Numbers.bound(bound, format)).append("\"} ");
        out.append(count).append('\n');
    }
}
