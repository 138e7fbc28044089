package io.felucca.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.testing.MetricsText;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    private final MetricSet set = new MetricSet();

    private static String text(Collection<MetricSet> sets, Format format) {
        String text = new String(Exposition.write(sets, format), StandardCharsets.UTF_8);
        MetricsText unused = MetricsText.parse(text);
        return text;
    }

    private String text() {
        return text(List.of(set), Format.TEXT);
    }

    @Test
    void countersShowByTheirLabels() {
        Family<Counter> requests = set.counters("requests_total", "Requests.", "code", "verb");
        requests.of("200", "GET").increment();
        requests.of("200", "GET").add(2);
        requests.of("404", "GET").increment();
        assertEquals(
                """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{code="200",verb="GET"} 3
                requests_total{code="404",verb="GET"} 1
                """,
                text());
    }

    @Test
    void gaugesGoUpAndDownOrAreAsked() {
        Gauge open = set.gauge("open", "Open ones.");
        open.add(3);
        open.add(-1);
        set.gauge("seconds", "Asked for.", () -> 0.25);
        assertEquals(
                """
                # HELP open Open ones.
                # TYPE open gauge
                open 2
                # HELP seconds Asked for.
                # TYPE seconds gauge
                seconds 0.25
                """,
                text());
    }

    @Test
    void aHistogramCountsUpToItsBounds() {
        Histogram took = set.histogram("took_seconds", "Time.", Buckets.seconds(0.005, 0.1, 1));
        took.observe(TimeUnit.MILLISECONDS.toNanos(5));
        took.observe(TimeUnit.MILLISECONDS.toNanos(6));
        took.observe(TimeUnit.SECONDS.toNanos(2));
        assertEquals(
                """
                # HELP took_seconds Time.
                # TYPE took_seconds histogram
                took_seconds_bucket{le="0.005"} 1
                took_seconds_bucket{le="0.1"} 2
                took_seconds_bucket{le="1"} 2
                took_seconds_bucket{le="+Inf"} 3
                took_seconds_sum 2.011
                took_seconds_count 3
                """,
                text());
    }

    @Test
    void openMetricsKeepsEveryNameThatTextHas() {
        set.counter("a_total", "A.").increment();
        set.counter("b_count", "Upstream named it so.").increment();
        set.histogram("c", "C.", Buckets.numbers(1, 1e6)).observe(1);
        assertEquals(
                """
                # HELP a A.
                # TYPE a counter
                a_total 1
                # HELP b_count Upstream named it so.
                # TYPE b_count unknown
                b_count 1
                # HELP c C.
                # TYPE c histogram
                c_bucket{le="1.0"} 1
                c_bucket{le="1e+06"} 1
                c_bucket{le="+Inf"} 1
                c_sum 1
                c_count 1
                # EOF
                """,
                text(List.of(set), Format.OPEN_METRICS));
    }

    @Test
    void valuesOfLabelsMayHoldAnything() {
        set.counters("x_total", "Back\\slash\nand line", "path").of("a\"b\\c\nd").increment();
        assertEquals(
                """
                # HELP x_total Back\\\\slash\\nand line
                # TYPE x_total counter
                x_total{path="a\\"b\\\\c\\nd"} 1
                """,
                text());
    }

    @Test
    void aFamilyOfSeveralPartsShowsOnceAndADoubledSeriesToo() {
        MetricSet other = new MetricSet();
        set.counters("adds_total", "Adds.", "name").of("deployment").increment();
        other.counters("adds_total", "Adds.", "name").of("deployment").add(7);
        other.counters("adds_total", "Adds.", "name").of("job").add(2);
        assertEquals(
                """
                # HELP adds_total Adds.
                # TYPE adds_total counter
                adds_total{name="deployment"} 1
                adds_total{name="job"} 2
                """,
                text(List.of(set, other), Format.TEXT));
    }

    @Test
    void onePartThatFailsDoesNotSpoilTheOthers() {
        set.observed(
                Kind.GAUGE,
                "bad",
                "Fails.",
                List.of(),
                sink -> {
                    throw new IllegalStateException("on purpose");
                });
        set.counter("good_total", "Fine.").increment();
        MetricSet otherShape = new MetricSet();
        otherShape.gauge("good_total", "Fine.").set(4);
        assertEquals(
                """
                # HELP good_total Fine.
                # TYPE good_total counter
                good_total 1
                """,
                text(List.of(set, otherShape), Format.TEXT));
    }

    @Test
    void seriesAreBounded() {
        Family<Counter> family = set.counters("many_total", "Many.", "name");
        for (int i = 0; i < Family.MOST_SERIES + 50; i++) {
            family.of("n" + i).increment();
        }
        MetricsText parsed = MetricsText.parse(text());
        assertEquals(Optional.of(50.0), parsed.value("many_total", "name", Family.OTHER));
        assertEquals(Family.MOST_SERIES + 50.0, parsed.sum("many_total", ""));
        assertEquals(Family.MOST_SERIES + 1, family.series().size());
    }

    @Test
    void whatIsGoneIsForgotten() {
        Family<Gauge> family = set.gauges("of_things", "Things.", "name");
        family.of("a").set(1);
        family.of("b").set(2);
        family.remove("a");
        assertEquals(Optional.empty(), MetricsText.parse(text()).value("of_things", "name", "a"));
    }

    @Test
    void familiesKeepTheirShape() {
        set.counters("x_total", "X.", "a");
        assertThrows(IllegalArgumentException.class, () -> set.gauges("x_total", "X.", "a"));
        assertThrows(IllegalArgumentException.class, () -> set.counters("x_total", "X.", "b"));
        assertThrows(IllegalArgumentException.class, () -> set.counters("x_total", "X.", "a").of());
        assertThrows(IllegalArgumentException.class, () -> set.counter("no-name", "X."));
    }

    @Test
    void theFormatIsTheOneThatIsAskedFor() {
        assertEquals(Format.TEXT, Format.negotiate(List.of()));
        assertEquals(Format.TEXT, Format.negotiate(List.of("*/*")));
        assertEquals(
                Format.OPEN_METRICS,
                Format.negotiate(
                        List.of(
                                "application/openmetrics-text;version=1.0.0;q=0.5,"
                                        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2")));
        assertEquals(
                Format.TEXT,
                Format.negotiate(List.of("application/openmetrics-text;q=0.1, text/plain")));
    }

    @Test
    void numbersReadAsUpstreamsDo() {
        assertEquals("1e+06", Numbers.text(1_000_000));
        assertEquals("0.005", Numbers.text(0.005));
        assertEquals("1e-05", Numbers.text(0.00001));
        assertEquals("1.5", Numbers.text(1.5));
        assertEquals("-1.23456789e+08", Numbers.text(-123456789));
        assertEquals("NaN", Numbers.text(Double.NaN));
    }

    @Test
    void theProcessTellsOfItself() {
        MetricsText parsed =
                MetricsText.parse(text(List.of(ProcessMetrics.ofThisProcess()), Format.TEXT));
        assertTrue(parsed.value("process_resident_memory_bytes").orElseThrow() > 1e6);
        assertTrue(parsed.value("process_cpu_seconds_total").orElseThrow() > 0);
        assertTrue(parsed.value("process_open_fds").orElseThrow() > 0);
        assertEquals("summary", parsed.types().get("jvm_gc_collection_seconds"));
    }
}
