package io.felucca.controller.manager;

import io.felucca.client.api.Key;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

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
    private final Set<Key> waiting = new HashSet<>();
    private final Set<Key> working = new HashSet<>();
    private final Map<Key, Integer> failures = new HashMap<>();

    /** Whether the key is new in the queue, so that a worker is wanted for it. */
    synchronized boolean add(Key key) {
        if (!waiting.add(key) || working.contains(key)) {
            return false;
        }
        ready.add(key);
        return true;
    }

    /** The next key, which is the caller's until {@link #done}. */
    synchronized Optional<Key> take() {
        Key key = ready.poll();
        if (key != null) {
            waiting.remove(key);
            working.add(key);
        }
        return Optional.ofNullable(key);
    }

    /** Whether the key came again meanwhile and a worker is wanted for it. */
    synchronized boolean done(Key key) {
        working.remove(key);
        if (waiting.contains(key)) {
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
        int before = failures.merge(key, 1, Integer::sum) - 1;
        Duration pause = FIRST_BACK_OFF.multipliedBy(1L << Math.min(before, DOUBLINGS));
        return pause.compareTo(LONGEST_BACK_OFF) < 0 ? pause : LONGEST_BACK_OFF;
    }

    synchronized int depth() {
        return ready.size();
    }

    synchronized boolean idle() {
        return working.isEmpty();
    }
}
