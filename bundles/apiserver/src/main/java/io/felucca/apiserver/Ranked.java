package io.felucca.apiserver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The services of one kind that are there now, in order. Changes take a lock, reads don't.
 *
 * @param <T> the service
 */
final class Ranked<T> {
    private final Comparator<One<T>> order;
    private volatile List<One<T>> services = List.of();

    /** A service with its name, possibly empty, its ranking and the calls that run in it. */
    record One<T>(T service, String name, int ranking, InUse calls) {
        <R> R call(Function<T, R> method) {
            calls.enter();
            try {
                return method.apply(service);
            } finally {
                calls.leave();
            }
        }
    }

    Ranked(Comparator<One<T>> order) {
        this.order = order;
    }

    synchronized void add(T service, String name, int ranking) {
        List<One<T>> changed = new ArrayList<>(services);
        changed.add(new One<>(service, name, ranking, new InUse()));
        changed.sort(order);
        services = List.copyOf(changed);
    }

    /** Gives what was removed: the caller waits for its calls to end; null if it was not there. */
    synchronized One<T> remove(T service) {
        One<T> removed = null;
        List<One<T>> left = new ArrayList<>();
        for (One<T> one : services) {
            if (one.service == service) {
                removed = one;
            } else {
                left.add(one);
            }
        }
        services = List.copyOf(left);
        return removed;
    }

    List<One<T>> all() {
        return services;
    }
}
