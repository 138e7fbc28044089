package io.felucca.apiserver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The services of one kind that are there now, in order. Changes take a lock, reads don't.
 *
 * @param <T> the service
 */
final class Ranked<T> {
    private final Comparator<Ranked.One<T>> order;
    private volatile List<One<T>> services = List.of();

    /** A service with its name, possibly empty, and ranking. */
    record One<T>(T service, String name, int ranking) {}

    Ranked(Comparator<One<T>> order) {
        this.order = order;
    }

    synchronized void add(T service, String name, int ranking) {
        List<One<T>> changed = new ArrayList<>(services);
        changed.add(new One<>(service, name, ranking));
        changed.sort(order);
        services = List.copyOf(changed);
    }

    synchronized void remove(T service) {
        List<One<T>> changed = new ArrayList<>(services);
        changed.removeIf(one -> one.service == service);
        services = List.copyOf(changed);
    }

    List<One<T>> all() {
        return services;
    }
}
