package io.felucca.itests.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What was measured: a line for people, and JSON. */
final class Results {
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private final ObjectMapper mapper = new ObjectMapper();
    private final ObjectNode all = mapper.createObjectNode();

    static void print(String format, Object... arguments) {
        OUT.printf(Locale.ROOT, format, arguments);
    }

    /**
     * A rate and its limit.
     *
     * @param cpuMicros the server's processor time for one, or NaN where it is not known
     * @param limitCpuMicros the same of the limit
     * @param target the least ratio wanted
     */
    void rate(
            String name,
            String unit,
            double rate,
            double limit,
            double cpuMicros,
            double limitCpuMicros,
            double target) {
        double ratio = rate / limit;
        print(
                "%-8s %10.1f %s of at most %10.1f: ratio %.2f (wanted %.2f), processor time %.0f us"
                        + " to %.0f us, load %s%n",
                name, rate, unit, limit, ratio, target, cpuMicros, limitCpuMicros, load());
        ObjectNode one = all.putObject(name);
        one.put("unit", unit);
        one.put("rate", rate);
        one.put("limit", limit);
        one.put("ratio", ratio);
        one.put("target", target);
        number(one, "cpuMicros", cpuMicros);
        number(one, "limitCpuMicros", limitCpuMicros);
        number(one, "cpuRatio", limitCpuMicros / cpuMicros);
        one.put("load", load());
    }

    /** A value with its limit and target. */
    void add(Figure figure) {
        StringBuilder more = new StringBuilder();
        figure.more()
                .forEach(
                        (name, value) ->
                                more.append(String.format(Locale.ROOT, ", %s %.1f", name, value)));
        print(
                "%-20s %10.2f %s%s (wanted: %s): %s%s, load %s%n",
                figure.name(),
                figure.measured(),
                figure.unit(),
                Double.isNaN(figure.limit())
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", limit %.2f, ratio %.2f",
                                figure.limit(),
                                figure.ratio()),
                figure.target(),
                figure.isMet() ? "met" : "MISSED",
                more,
                load());
        ObjectNode one = all.putObject(figure.name());
        one.put("unit", figure.unit());
        one.put("measured", figure.measured());
        number(one, "limit", figure.limit());
        number(one, "ratio", figure.ratio());
        one.put("target", figure.target().toString());
        one.put("met", figure.isMet());
        figure.more().forEach((name, value) -> number(one, name, value));
        one.put("load", load());
    }

    private static void number(ObjectNode one, String name, double value) {
        if (Double.isFinite(value)) {
            one.put(name, value);
        }
    }

    /** How long things took to arrive. */
    void latency(String name, Latencies measured, Latencies limit, double targetMillis) {
        print(
                "%-8s p50 %.1f ms, p99 %.1f ms (wanted %.0f), %.0f events/s; bare: p50 %.1f ms, p99"
                        + " %.1f ms, %.0f events/s, load %s%n",
                name,
                measured.p50Millis(),
                measured.p99Millis(),
                targetMillis,
                measured.perSecond(),
                limit.p50Millis(),
                limit.p99Millis(),
                limit.perSecond(),
                load());
        ObjectNode one = all.putObject(name);
        one.put("targetMillis", targetMillis);
        write(one.putObject("measured"), measured);
        write(one.putObject("limit"), limit);
        one.put("load", load());
    }

    /**
     * What a process holds.
     *
     * @param target the most wanted, or 0
     * @param objects the bytes of the objects in it, or 0
     */
    void memory(String name, long bytes, long target, long objects) {
        print("%-8s %6.1f MB", name, bytes / 1e6);
        ObjectNode one = all.putObject(name);
        one.put("bytes", bytes);
        if (target > 0) {
            print(" (wanted %.0f)", target / 1e6);
            one.put("target", target);
        }
        if (objects > 0) {
            print(", its objects %.1f MB", objects / 1e6);
            one.put("objects", objects);
        }
        print("%n");
    }

    private static void write(ObjectNode one, Latencies latencies) {
        one.put("p50Millis", latencies.p50Millis());
        one.put("p99Millis", latencies.p99Millis());
        one.put("eventsPerSecond", latencies.perSecond());
        one.put("missing", latencies.missing());
    }

    /** Of the machine, over the last minute: others may work on it too. */
    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
        print("written to %s%n", file);
    }
}
