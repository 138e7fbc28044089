package io.felucca.metrics;

import java.util.Collection;

/** How metrics are written. */
public enum Format {
    /** Prometheus' text format 0.0.4. */
    TEXT("text/plain; version=0.0.4; charset=utf-8"),
    /** OpenMetrics 1.0. */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /** What the headers {@code Accept} like best; who says nothing of OpenMetrics gets text. */
    public static Format negotiate(Collection<String> accept) {
        double openMetrics = 0;
        double text = 0;
        for (String header : accept) {
            for (String range : header.split(",", -1)) {
                String type = range.split(";", 2)[0].trim();
                if (type.equals("application/openmetrics-text")) {
                    openMetrics = Math.max(openMetrics, quality(range));
                } else if (type.equals("text/plain") || type.equals("text/*")) {
                    text = Math.max(text, quality(range));
                }
            }
        }
        return openMetrics > 0 && openMetrics >= text ? OPEN_METRICS : TEXT;
    }

    private static double quality(String range) {
        for (String parameter : range.split(";", -1)) {
            String trimmed = parameter.trim();
            if (trimmed.startsWith("q=")) {
                String digits = trimmed.substring(2);
                return digits.matches("[01](\\.[0-9]{0,3})?") ? Double.parseDouble(digits) : 1;
            }
        }
        return 1;
    }
}
