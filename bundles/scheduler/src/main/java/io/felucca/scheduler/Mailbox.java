package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Informer.Change;
import io.felucca.client.api.Key;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What happened since the cycle thread last looked. Of each object only the newest form is kept, so
 * it holds no more than the cluster does. Thread-safe.
 */
final class Mailbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private Batch batch = new Batch();
    private boolean rung;

    /** Objects as they are now, empty if gone; and what is to be done with results. */
    static final class Batch {
        final Map<Key, Optional<Node>> nodes = new LinkedHashMap<>();
        final Map<Key, Optional<Pod>> pods = new LinkedHashMap<>();
        final List<Runnable> results = new ArrayList<>();

        boolean isEmpty() {
            return nodes.isEmpty() && pods.isEmpty() && results.isEmpty();
        }
    }

    void node(Change<Node> change) {
        ring(() -> put(batch.nodes, change));
    }

    void pod(Change<Pod> change) {
        ring(() -> put(batch.pods, change));
    }

    private static <T extends HasMetadata> void put(
            Map<Key, Optional<T>> objects, Change<T> change) {
        objects.put(change.key(), change.now());
    }

    /** Everything there is at the start; what changed since then is newer and stays. */
    void seed(List<Node> nodes, List<Pod> pods) {
        ring(
                () -> {
                    nodes.forEach(one -> batch.nodes.putIfAbsent(Key.of(one), Optional.of(one)));
                    pods.forEach(one -> batch.pods.putIfAbsent(Key.of(one), Optional.of(one)));
                });
    }

    /** Has something run on the cycle thread. */
    void post(Runnable result) {
        ring(() -> batch.results.add(result));
    }

    /** Ends a wait. */
    void wake() {
        ring(() -> {});
    }

    private void ring(Runnable filling) {
        lock.lock();
        try {
            filling.run();
            rung = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Batch take() {
        lock.lock();
        try {
            rung = false;
            Batch full = batch;
            if (!full.isEmpty()) {
                batch = new Batch();
            }
            return full;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something happens after the last {@link #take}, or for so long. */
    void await(long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!rung && left > 0) {
                left = filled.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
