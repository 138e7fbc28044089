package io.felucca.apiserver.auth.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers for a while; the oldest go when there are too many. Thread-safe.
 *
 * @param <V> an answer
 */
final class Remembered<V> {
    private record Entry<V>(V value, Instant until) {}

    private final Clock clock;
    private final Map<String, Entry<V>> entries;

    Remembered(int most, Clock clock) {
        this.clock = clock;
        this.entries =
                new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Entry<V>> eldest) {
                        return size() > most;
                    }
                };
    }

    synchronized Optional<V> get(String key) {
        Entry<V> entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (clock.instant().isBefore(entry.until())) {
            return Optional.of(entry.value());
        }
        entries.remove(key);
        return Optional.empty();
    }

    synchronized void put(String key, V value, Duration lifetime) {
        if (!lifetime.isZero()) {
            entries.remove(key);
            entries.put(key, new Entry<>(value, clock.instant().plus(lifetime)));
        }
    }
}
