package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Aggregation.View;
import io.felucca.apiserver.api.Resources;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Keeps what was made from what is served until that changes. Thread-safe. */
final class DocumentCache {
    private final Supplier<Resources> resources;
    private final Supplier<View> aggregation;
    private volatile Generation current;

    private record Generation(Catalog catalog, Map<String, Document> documents) {
        Generation(Catalog catalog) {
            this(catalog, new ConcurrentHashMap<>());
        }
    }

    DocumentCache(Supplier<Resources> resources, Supplier<View> aggregation) {
        this.resources = resources;
        this.aggregation = aggregation;
    }

    /** The document of this name, made when it is first asked for. */
    Document get(String name, Function<Catalog, Document> maker) {
        Resources own = resources.get();
        View view = aggregation.get();
        Generation generation = current;
        if (generation == null || !generation.catalog().stamp().equals(Catalog.stamp(own, view))) {
            generation = new Generation(Catalog.of(own, view));
            current = generation;
        }
        Catalog catalog = generation.catalog();
        return generation.documents().computeIfAbsent(name, key -> maker.apply(catalog));
    }
}
