package io.felucca.kubeproxy;

import io.felucca.client.api.Key;
import io.felucca.kubeproxy.Element.Container;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All elements that the table should have, and who wants them. Where two services want the same key
 * (the same external address and port, or one pod behind both), the first by name has it, and the
 * other takes over when it goes. Not thread-safe.
 */
final class Elements {
    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::namespace).thenComparing(Key::name);

    private record Slot(Container container, String key) {
        static Slot of(Element element) {
            return new Slot(element.container(), element.key());
        }
    }

    /** What has to happen in the kernel, in this order, in one transaction. */
    record Change(List<Element> removed, List<Element> added) {
        boolean isEmpty() {
            return removed.isEmpty() && added.isEmpty();
        }
    }

    private final Map<Slot, TreeMap<Key, Element>> wanted = new HashMap<>();
    private final Map<Key, Set<Element>> byService = new HashMap<>();

    /** Replaces what a service wants, for some services at once. */
    Change replace(Map<Key, Set<Element>> changes) {
        Set<Slot> touched = new LinkedHashSet<>();
        changes.forEach(
                (service, now) -> {
                    Set<Element> before = byService.getOrDefault(service, Set.of());
                    for (Element one : before) {
                        if (!now.contains(one)) {
                            touched.add(Slot.of(one));
                        }
                    }
                    for (Element one : now) {
                        if (!before.contains(one)) {
                            touched.add(Slot.of(one));
                        }
                    }
                });
        Map<Slot, Element> old = new HashMap<>();
        touched.forEach(slot -> old.put(slot, effective(slot)));
        changes.forEach(this::put);
        List<Element> removed = new ArrayList<>();
        List<Element> added = new ArrayList<>();
        for (Slot slot : touched) {
            Element before = old.get(slot);
            Element now = effective(slot);
            if (before != null && !before.equals(now)) {
                removed.add(before);
            }
            if (now != null && !now.equals(before)) {
                added.add(now);
            }
        }
        return new Change(removed, added);
    }

    /** Everything that should be there. */
    Collection<Element> all() {
        return wanted.values().stream().map(owners -> owners.firstEntry().getValue()).toList();
    }

    private Element effective(Slot slot) {
        TreeMap<Key, Element> owners = wanted.get(slot);
        return owners == null ? null : owners.firstEntry().getValue();
    }

    private void put(Key service, Set<Element> now) {
        Set<Element> before =
                now.isEmpty() ? byService.remove(service) : byService.put(service, now);
        if (before != null) {
            for (Element one : before) {
                if (!now.contains(one)) {
                    remove(service, one);
                }
            }
        }
        for (Element one : now) {
            wanted.computeIfAbsent(Slot.of(one), slot -> new TreeMap<>(ORDER)).put(service, one);
        }
    }

    private void remove(Key service, Element element) {
        TreeMap<Key, Element> owners = wanted.get(Slot.of(element));
        owners.remove(service);
        if (owners.isEmpty()) {
            wanted.remove(Slot.of(element));
        }
    }

    /** Groups elements by where they belong; the order within a group stays. */
    static Map<Container, List<Element>> grouped(Collection<Element> elements) {
        Map<Container, List<Element>> groups = new EnumMap<>(Container.class);
        for (Element one : elements) {
            groups.computeIfAbsent(one.container(), container -> new ArrayList<>()).add(one);
        }
        return groups;
    }
}
