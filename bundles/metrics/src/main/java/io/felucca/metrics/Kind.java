package io.felucca.metrics;

import java.util.Locale;

/** What a family's values mean, by Prometheus' words. */
public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    SUMMARY;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
