package io.felucca.controller.manager;

import io.felucca.client.api.Key;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * The keys of one controller that want work. A key waits at most once and is worked on by one
 * worker at a time; if it comes again meanwhile, it is given out again after. Thread-safe; its size
 * is bounded by the number of different keys.
 */
final class WorkQueue {
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(5);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(1000);
    private static final int DOUBLINGS = 18;

    private final Queue<Key> ready = new ArrayDeque<>();

    /** Since when, in nanoseconds of the metrics' clock; so is the next. */
    private final Map<Key, Long> waiting = new HashMap<>();

    private final Map<Key, Long> working = new HashMap<>();
    private final Map<Key, Integer> failures = new HashMap<>();
    private final QueueMetrics.One metrics;

    WorkQueue(QueueMetrics.One metrics) {
        this.metrics = metrics;
    }

    String name() {
        return metrics.name();
    }

    /** Whether the key is new in the queue, so that a worker is wanted for it. */
    synchronized boolean add(Key key) {
        if (waiting.putIfAbsent(key, metrics.now()) != null) {
            return false;
        }
        metrics.added();
        if (working.containsKey(key)) {
            return false;
        }
        ready.add(key);
        return true;
    }

    /** The next key, which is the caller's until {@link #done}. */
    synchronized Optional<Key> take() {
        Key key = ready.poll();
        if (key != null) {
            long now = metrics.now();
            metrics.taken(now - waiting.remove(key));
            working.put(key, now);
        }
        return Optional.ofNullable(key);
    }

    /** Whether the key came again meanwhile and a worker is wanted for it. */
    synchronized boolean done(Key key) {
        Long since = working.remove(key);
        if (since != null) {
            metrics.done(metrics.now() - since);
        }
        if (waiting.containsKey(key)) {
            ready.add(key);
            return true;
        }
        return false;
    }

    synchronized void succeeded(Key key) {
        failures.remove(key);
    }

    /** How long the key should rest after this failure: twice as long each time. */
    synchronized Duration failed(Key key) {
        metrics.retried();
        int before = failures.merge(key, 1, Integer::sum) - 1;
        Duration pause = FIRST_BACK_OFF.multipliedBy(1L << Math.min(before, DOUBLINGS));
        return pause.compareTo(LONGEST_BACK_OFF) < 0 ? pause : LONGEST_BACK_OFF;
    }

    /** How long all keys that are worked on have taken, together. */
    synchronized long unfinishedNanos() {
        long now = metrics.now();
        return working.values().stream().mapToLong(since -> now - since).sum();
    }

    /** How long the one has taken that is worked on longest; 0 if there is none. */
    synchronized long longestNanos() {
        long now = metrics.now();
        return working.values().stream().mapToLong(since -> now - since).max().orElse(0);
    }

    synchronized int depth() {
        return ready.size();
    }

    synchronized boolean idle() {
        return working.isEmpty();
    }
}
