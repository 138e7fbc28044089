package io.felucca.testing;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Metrics as Prometheus reads them, checked as {@code promtool check metrics} does: every sample
 * belongs to a family with a type, families are whole and told of once, no series is there twice,
 * and the buckets of a histogram grow up to its count. Throws IllegalArgumentException with the
 * line otherwise. Source: Prometheus' text format 0.0.4 and OpenMetrics 1.0.
 */
public final class MetricsText {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"(,|$)");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Set<String>> labels = new TreeMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> closed = new HashSet<>();
    private String family = "";
    private boolean ended;
    private String bucketsOf = "";
    private double lastBucket;
    private double lastBound;

    private MetricsText() {}

    public static MetricsText parse(String text) {
        MetricsText parsed = new MetricsText();
        if (!text.isEmpty() && !text.endsWith("\n")) {
            throw new IllegalArgumentException("the last line is not ended");
        }
        text.lines().forEach(parsed::line);
        return parsed;
    }

    private void line(String line) {
        if (ended) {
            throw new IllegalArgumentException("after the end: " + line);
        }
        if (line.equals("# EOF")) {
            ended = true;
        } else if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
            String[] words = line.split(" ", 4);
            begin(words[2], line);
            if (words[1].equals("TYPE") && types.put(words[2], words[3]) != null) {
                throw new IllegalArgumentException("a second type: " + line);
            }
        } else {
            sample(line);
        }
    }

    private void begin(String name, String line) {
        if (!name.equals(family)) {
            closed.add(family);
            if (closed.contains(name)) {
                throw new IllegalArgumentException("a second time: " + line);
            }
            family = name;
        }
    }

    private void sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no sample: " + line);
        }
        String name = matcher.group(1);
        String type = types.get(family);
        if (type == null || !belongs(name, type)) {
            throw new IllegalArgumentException("of no family with a type: " + line);
        }
        Map<String, String> found = labels(matcher.group(2), line);
        double value = number(matcher.group(3));
        if (samples.put(name + found, value) != null) {
            throw new IllegalArgumentException("twice: " + line);
        }
        if (type.equals("counter") && value < 0) {
            throw new IllegalArgumentException("negative: " + line);
        }
        if (type.equals("histogram")) {
            histogram(name, new TreeMap<>(found), value, line);
        }
        Set<String> names = new TreeSet<>(found.keySet());
        names.remove("le");
        Set<String> before = labels.put(family, names);
        if (before != null && !before.equals(names)) {
            throw new IllegalArgumentException("other labels than " + before + ": " + line);
        }
    }

    private boolean belongs(String name, String type) {
        return switch (type) {
            case "counter" -> name.equals(family) || name.equals(family + "_total");
            case "gauge", "unknown" -> name.equals(family);
            case "histogram" -> name.matches(Pattern.quote(family) + "_(bucket|sum|count)");
            case "summary" -> name.matches(Pattern.quote(family) + "_(sum|count)");
            default -> false;
        };
    }

    private void histogram(String name, Map<String, String> found, double value, String line) {
        String bound = found.remove("le");
        if (name.endsWith("_bucket")) {
            double number = number(bound == null ? "" : bound);
            boolean same = bucketsOf.equals(found.toString());
            if (same && (value < lastBucket || number <= lastBound)) {
                throw new IllegalArgumentException("buckets must grow: " + line);
            }
            bucketsOf = found.toString();
            lastBucket = value;
            lastBound = number;
        } else {
            boolean whole = bucketsOf.equals(found.toString()) && Double.isInfinite(lastBound);
            if (!whole || (name.endsWith("_count") && value != lastBucket)) {
                throw new IllegalArgumentException("not the sum of its buckets: " + line);
            }
            if (name.endsWith("_count")) {
                bucketsOf = "";
            }
        }
    }

    private static Map<String, String> labels(String text, String line) {
        Map<String, String> found = new TreeMap<>();
        Matcher matcher = LABEL.matcher(text == null ? "" : text);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            if (found.put(matcher.group(1), matcher.group(2)) != null) {
                throw new IllegalArgumentException("a label twice: " + line);
            }
            end = matcher.end();
        }
        if (text != null && end != text.length()) {
            throw new IllegalArgumentException("no labels: " + line);
        }
        return found;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** The type of each family. */
    public Map<String, String> types() {
        return types;
    }

    /** The names of a family's labels, without {@code le}. */
    public Set<String> labels(String name) {
        return labels.getOrDefault(name, Set.of());
    }

    /**
     * A sample's value.
     *
     * @param labels names and values in turn, all of them
     */
    public Optional<Double> value(String sample, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return Optional.ofNullable(samples.get(sample + wanted));
    }

    /** The sum over all samples of a name whose labels hold this, such as {@code verb=GET}. */
    public double sum(String sample, String label) {
        return samples.entrySet().stream()
                .filter(one -> one.getKey().startsWith(sample + "{"))
                .filter(one -> one.getKey().contains(label))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
