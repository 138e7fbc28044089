package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Resources;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Keeps what was made from the served resources until these change. Thread-safe. */
final class DocumentCache {
    private final Supplier<Resources> resources;
    private volatile Generation current = new Generation(Long.MIN_VALUE);

    private record Generation(long number, Map<String, Document> documents) {
        Generation(long number) {
            this(number, new ConcurrentHashMap<>());
        }
    }

    DocumentCache(Supplier<Resources> resources) {
        this.resources = resources;
    }

    /** The document of this name, made when it is first asked for. */
    Document get(String name, Function<Resources, Document> maker) {
        Resources now = resources.get();
        Generation generation = current;
        if (generation.number() != now.generation()) {
            generation = new Generation(now.generation());
            current = generation;
        }
        return generation.documents().computeIfAbsent(name, key -> maker.apply(now));
    }
}
