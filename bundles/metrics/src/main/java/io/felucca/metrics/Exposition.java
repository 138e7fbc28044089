package io.felucca.metrics;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what several sets have as one text. Families of one name become one; a series that is
 * there twice, as it may be for a moment while a part is replaced, shows once. Thread-safe.
 */
public final class Exposition {
    private static final Logger LOG = LoggerFactory.getLogger(Exposition.class);

    private Exposition() {}

    /** UTF-8; the content type is the format's. */
    public static byte[] write(Collection<MetricSet> sets, Format format) {
        Map<String, List<Family<?>>> byName = new TreeMap<>();
        for (MetricSet set : sets) {
            for (Family<?> family : set.families()) {
                byName.computeIfAbsent(family.name(), name -> new ArrayList<>()).add(family);
            }
        }
        StringBuilder out = new StringBuilder(64 * 1024);
        Lines lines = new Lines(out, format);
        byName.values().forEach(families -> write(families, lines));
        if (format == Format.OPEN_METRICS) {
            out.append("# EOF\n");
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(List<Family<?>> families, Lines lines) {
        Family<?> first = families.get(0);
        One one = new One(first, lines);
        for (Family<?> family : families) {
            if (family.kind() != first.kind() || !family.labels().equals(first.labels())) {
                LOG.warn("Two parts have a metric {} of different shapes", family.name());
                continue;
            }
            try {
                one.write(family);
            } catch (RuntimeException e) {
                // The part may be leaving; what the others have is told nevertheless.
                LOG.warn("The metric {} could not be read", family.name(), e);
            }
        }
    }

    /** One family, with all its series, whoever has them. */
    private static final class One implements Sink {
        private final Family<?> family;
        private final Lines lines;
        private final Set<List<String>> seen = new HashSet<>();

        One(Family<?> family, Lines lines) {
            this.family = family;
            this.lines = lines;
        }

        void write(Family<?> part) {
            for (Map.Entry<List<String>, ?> entry : sorted(part).entrySet()) {
                if (begin(entry.getKey())) {
                    ((Series) entry.getValue()).write(lines);
                }
            }
            part.observe(this);
        }

        private static Map<List<String>, Object> sorted(Family<?> part) {
            Map<List<String>, Object> sorted = new TreeMap<>(One::compare);
            sorted.putAll(part.series());
            return sorted;
        }

        private static int compare(List<String> left, List<String> right) {
            for (int i = 0; i < left.size(); i++) {
                int order = left.get(i).compareTo(right.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        private boolean begin(List<String> labels) {
            if (labels.size() != family.labels().size()) {
                throw new IllegalArgumentException(
                        family.name() + " has the labels " + family.labels() + ", not " + labels);
            }
            if (!seen.add(labels)) {
                return false;
            }
            if (seen.size() == 1) {
                lines.begin(family);
            }
            lines.labels(family.labels(), labels);
            return true;
        }

        @Override
        public void value(long value, String... labels) {
            if (begin(List.of(labels))) {
                lines.value("", value);
            }
        }

        @Override
        public void value(double value, String... labels) {
            if (begin(List.of(labels))) {
                lines.value("", value);
            }
        }

        @Override
        public void summary(long count, double sum, String... labels) {
            if (begin(List.of(labels))) {
                lines.value("_sum", sum);
                lines.value("_count", count);
            }
        }
    }
}
