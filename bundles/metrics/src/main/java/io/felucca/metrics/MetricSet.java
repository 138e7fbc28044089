package io.felucca.metrics;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * The metrics of one part. Published as a service by the part's bundle, so that they come and go
 * with it: a swapped part begins at zero, which Prometheus understands. Making a family anew gives
 * the one that is there. Thread-safe.
 */
@ProviderType
public final class MetricSet {
    /** The service property that says where the metrics show: one of the two below. */
    public static final String ENDPOINT = "metrics.endpoint";

    /** {@code /metrics} of the API server; for the parts of the control plane. */
    public static final String API_SERVER = "apiserver";

    /** {@code /metrics} of the kubelet; for the parts of a node. */
    public static final String KUBELET = "kubelet";

    private final Map<String, Family<?>> families = new ConcurrentSkipListMap<>();

    /** Shows the metrics at an endpoint until the registration or the bundle ends. */
    public ServiceRegistration<MetricSet> publish(BundleContext context, String endpoint) {
        return context.registerService(
                MetricSet.class, this, FrameworkUtil.asDictionary(Map.of(ENDPOINT, endpoint)));
    }

    public Counter counter(String name, String help) {
        return counters(name, help).of();
    }

    public Family<Counter> counters(String name, String help, String... labels) {
        return family(Kind.COUNTER, name, help, Counter::new, labels);
    }

    public Gauge gauge(String name, String help) {
        return gauges(name, help).of();
    }

    public Family<Gauge> gauges(String name, String help, String... labels) {
        return family(Kind.GAUGE, name, help, Gauge::new, labels);
    }

    /** A gauge that is asked when somebody looks. */
    public void gauge(String name, String help, DoubleSupplier value) {
        observed(Kind.GAUGE, name, help, List.of(), sink -> sink.value(value.getAsDouble()));
    }

    public Histogram histogram(String name, String help, Buckets buckets) {
        return histograms(name, help, buckets).of();
    }

    public Family<Histogram> histograms(
            String name, String help, Buckets buckets, String... labels) {
        return family(Kind.HISTOGRAM, name, help, () -> new Histogram(buckets), labels);
    }

    /**
     * Values that are asked for when somebody looks.
     *
     * @param observer tells them; on the thread of who asks, at any time; must not block
     */
    public void observed(
            Kind kind, String name, String help, List<String> labels, Consumer<Sink> observer) {
        if (kind == Kind.HISTOGRAM) {
            throw new IllegalArgumentException(name + ": a histogram can't be told of at once");
        }
        Family<Series> family =
                new Family<>(
                        kind,
                        name,
                        help,
                        labels,
                        () -> {
                            throw new IllegalStateException(name + " is only observed");
                        },
                        observer);
        families.put(name, family);
    }

    @SuppressWarnings("unchecked")
    private <T extends Series> Family<T> family(
            Kind kind, String name, String help, Supplier<T> maker, String... labels) {
        Family<?> family =
                families.computeIfAbsent(
                        name, key -> new Family<T>(kind, name, help, List.of(labels), maker));
        if (family.kind() != kind || !family.labels().equals(List.of(labels))) {
            throw new IllegalArgumentException(
                    name + " is a " + family.kind().word() + " with the labels " + family.labels());
        }
        // The kind says what it holds.
        return (Family<T>) family;
    }

    Collection<Family<?>> families() {
        return families.values();
    }
}
