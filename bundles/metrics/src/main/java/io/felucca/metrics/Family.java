package io.felucca.metrics;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All that has one name: a value for each combination of labels. Of combinations there are at most
 * {@value #MOST_SERIES}; all further ones are counted together, with {@value #OTHER} for each
 * label. Thread-safe.
 *
 * @param <T> what counts: {@link Counter}, {@link Gauge} or {@link Histogram}
 */
@ProviderType
public final class Family<T> {
    static final int MOST_SERIES = 10_000;
    static final String OTHER = "other";

    private final Kind kind;
    private final String name;
    private final String help;
    private final List<String> labels;
    private final Supplier<T> maker;
    private final Consumer<Sink> observer;
    private final Map<List<String>, T> series = new ConcurrentHashMap<>();

    Family(Kind kind, String name, String help, List<String> labels, Supplier<T> maker) {
        this(kind, name, help, labels, maker, sink -> {});
    }

    Family(
            Kind kind,
            String name,
            String help,
            List<String> labels,
            Supplier<T> maker,
            Consumer<Sink> observer) {
        this.kind = kind;
        this.name = Names.metric(name);
        this.help = help;
        this.labels = List.copyOf(labels);
        this.labels.forEach(Names::label);
        this.maker = maker;
        this.observer = observer;
    }

    /**
     * What counts under these labels. Costs a look into a map: who counts often keeps it.
     *
     * @param values in the order of the names
     */
    public T of(String... values) {
        List<String> key = List.of(values);
        T known = series.get(key);
        if (known != null) {
            return known;
        }
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(name + " has the labels " + labels + ", not " + key);
        }
        List<String> bounded =
                series.size() < MOST_SERIES ? key : Collections.nCopies(labels.size(), OTHER);
        return series.computeIfAbsent(bounded, fresh -> maker.get());
    }

    /** Forgets what was counted under these labels, as what they name is gone. */
    public void remove(String... values) {
        series.remove(List.of(values));
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    String help() {
        return help;
    }

    List<String> labels() {
        return labels;
    }

    Map<List<String>, T> series() {
        return series;
    }

    void observe(Sink sink) {
        observer.accept(sink);
    }
}
