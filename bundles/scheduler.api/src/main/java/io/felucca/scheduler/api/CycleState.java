package io.felucca.scheduler.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What plugins remember from one extension point to the next, for one attempt at one pod. */
public final class CycleState {
    private final ClusterView cluster;
    private final Map<Class<?>, Object> data = new HashMap<>();

    public CycleState(ClusterView cluster) {
        this.cluster = cluster;
    }

    /** All nodes. Only for use on the cycle thread, so not from {@link PreBind} onwards. */
    public ClusterView cluster() {
        return cluster;
    }

    /** Keeps one value of a type that belongs to the plugin. */
    public <T> void put(Class<T> type, T value) {
        data.put(type, value);
    }

    public <T> Optional<T> get(Class<T> type) {
        return Optional.ofNullable(find(type));
    }

    /** The same without the wrapping, for filters and scores; null if there is none. */
    public <T> T find(Class<T> type) {
        return type.cast(data.get(type));
    }
}
