package io.felucca.controller.namespace;

import io.felucca.machinery.GroupVersionResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is left in a namespace after one pass, and what went wrong on it. Not thread-safe. */
final class Remains {
    /** Whoever holds a finalizer is looked for again this soon. */
    private static final Duration FINALIZERS = Duration.ofSeconds(2);

    private final Map<String, Integer> resources = new TreeMap<>();
    private final Map<String, Integer> finalizers = new TreeMap<>();
    private final List<String> discoveryFailures = new ArrayList<>();
    private final List<String> contentFailures = new ArrayList<>();
    private Duration patience = Duration.ZERO;

    void discoveryFailed(String why) {
        discoveryFailures.add(why);
    }

    void contentFailed(String why) {
        contentFailures.add(why);
    }

    void found(GroupVersionResource resource, List<String> itsFinalizers) {
        resources.merge(resource.resource() + "." + resource.group(), 1, Integer::sum);
        for (String one : itsFinalizers) {
            finalizers.merge(one, 1, Integer::sum);
            waitFor(FINALIZERS);
        }
    }

    /** Something needs this long to go. */
    void waitFor(Duration time) {
        if (time.compareTo(patience) > 0) {
            patience = time;
        }
    }

    boolean nothing() {
        return resources.isEmpty() && discoveryFailures.isEmpty() && contentFailures.isEmpty();
    }

    boolean failed() {
        return !discoveryFailures.isEmpty() || !contentFailures.isEmpty();
    }

    /** Whether nothing else is wrong than that not all that is served is known. */
    boolean isPatient() {
        return !discoveryFailures.isEmpty() && contentFailures.isEmpty();
    }

    /** When to look again: as upstream, a second after half the time that is needed. */
    Duration patience() {
        return patience.dividedBy(2).plusSeconds(1);
    }

    Map<String, Integer> resources() {
        return resources;
    }

    Map<String, Integer> finalizers() {
        return finalizers;
    }

    List<String> discoveryFailures() {
        return discoveryFailures;
    }

    List<String> contentFailures() {
        return contentFailures;
    }
}
