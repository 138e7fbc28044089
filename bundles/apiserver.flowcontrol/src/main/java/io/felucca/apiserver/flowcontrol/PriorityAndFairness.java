package io.felucca.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.FlowControl.Asked;
import io.felucca.apiserver.api.FlowControl.Ticket;
import io.felucca.apiserver.api.FlowControl.Waiting;
import io.felucca.metrics.MetricSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Puts each request to the level of the first FlowSchema that it matches. Levels go on when the
 * configuration changes, with those who wait in them. Thread-safe; {@link #configure} is called by
 * one thread at a time.
 */
final class PriorityAndFairness {
    /** A quarter of the time that upstream gives to a request. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final int allSeats;
    private final LongSupplier nanoTime;

    /** Bounded by the schemas and levels there have been. */
    private final Map<String, Stats> stats = new ConcurrentHashMap<>();

    private final MetricSet metrics = new MetricSet();

    private volatile List<Way> ways = List.of();
    private volatile Map<String, Level> levels = Map.of();

    /** Where the requests of a schema go. */
    private record Way(Schema schema, Level level, Stats stats) {}

    /** With the objects that there are before any are stored. */
    PriorityAndFairness(int allSeats, LongSupplier nanoTime) {
        this.allSeats = allSeats;
        this.nanoTime = nanoTime;
        Stats.observe(metrics, () -> levels);
        configure(Defaults.schemas(), Defaults.levels());
    }

    /** A schema whose level is missing matches nothing. */
    void configure(Collection<ObjectNode> schemaObjects, Collection<ObjectNode> levelObjects) {
        List<LevelConfig> configs = levelObjects.stream().map(LevelConfig::read).toList();
        Map<String, Level> next = new TreeMap<>();
        for (LevelConfig config : configs) {
            int seats = config.seats(allSeats, configs);
            Level level = levels.get(config.name());
            if (level == null) {
                level = new Level(config, seats, nanoTime);
            } else {
                level.configure(config, seats);
            }
            next.put(config.name(), level);
        }
        List<Way> nextWays = new ArrayList<>();
        schemaObjects.stream()
                .map(Schema::read)
                .sorted(Schema.ORDER)
                .filter(schema -> next.containsKey(schema.level()))
                .forEach(
                        schema ->
                                nextWays.add(
                                        new Way(
                                                schema,
                                                next.get(schema.level()),
                                                stats(schema.name(), schema.level()))));
        levels = next;
        ways = List.copyOf(nextWays);
    }

    private Stats stats(String schema, String level) {
        return stats.computeIfAbsent(
                schema + ' ' + level, key -> new Stats(metrics, schema, level));
    }

    /** Null if no schema at all matches. */
    Ticket enter(Asked asked, Waiting caller) {
        for (Way way : ways) {
            if (way.schema().matches(asked)) {
                return way.level().enter(way.schema(), way.stats(), asked, caller);
            }
        }
        return null;
    }

    /** Refuses who has waited for too long; to be called now and then. */
    void tick() {
        long since = nanoTime.getAsLong() - LONGEST_WAIT_NANOS;
        levels.values().forEach(level -> level.refuseWaitingSince(since));
    }

    MetricSet metrics() {
        return metrics;
    }
}
