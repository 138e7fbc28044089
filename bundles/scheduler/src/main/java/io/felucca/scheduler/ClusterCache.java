package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.felucca.scheduler.api.ClusterView;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.PodInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * The nodes with the pods on them, both those that the API shows there and those that were just put
 * there (assumed). Changed one pod or node at a time. Not thread-safe.
 */
final class ClusterCache implements ClusterView {
    /** More changes than this are not remembered one by one. */
    private static final int LONGEST_JOURNAL = 16_384;

    private static final String ZONE = "topology.kubernetes.io/zone";

    /** Also names that only pods mention: the node may have been deleted, or not have come yet. */
    private final Map<String, NodeInfo> byName = new LinkedHashMap<>();

    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Integer> images = new HashMap<>();
    private final Set<NodeInfo> withPodAffinity = new LinkedHashSet<>();

    /** The nodes that changed, in order, an entry for each change since {@link #journalStart}. */
    private final List<NodeInfo> journal = new ArrayList<>();

    private long journalStart;
    private List<NodeInfo> list = List.of();
    private boolean listIsOld;

    private record Place(PodInfo pod, String node, boolean assumed) {}

    @Override
    public List<NodeInfo> nodes() {
        if (listIsOld) {
            list = Collections.unmodifiableList(zonesInTurn());
            listIsOld = false;
        }
        return list;
    }

    /** Neighbours in the list are of different zones, so that a sample of it has all of them. */
    private List<NodeInfo> zonesInTurn() {
        Map<String, Queue<NodeInfo>> zones = new LinkedHashMap<>();
        for (NodeInfo node : byName.values()) {
            if (node.node() != null) {
                zones.computeIfAbsent(
                                node.labels().getOrDefault(ZONE, ""), zone -> new ArrayDeque<>())
                        .add(node);
            }
        }
        List<NodeInfo> all = new ArrayList<>(byName.size());
        while (!zones.isEmpty()) {
            zones.values().forEach(zone -> all.add(zone.remove()));
            zones.values().removeIf(Queue::isEmpty);
        }
        return all;
    }

    @Override
    public Optional<NodeInfo> node(String name) {
        return Optional.ofNullable(byName.get(name)).filter(node -> node.node() != null);
    }

    @Override
    public Collection<NodeInfo> nodesWithPodAffinity() {
        return withPodAffinity;
    }

    @Override
    public long generation() {
        return journalStart + journal.size();
    }

    @Override
    public Optional<List<NodeInfo>> changedSince(long generation) {
        return generation < journalStart
                ? Optional.empty()
                : Optional.of(journal.subList((int) (generation - journalStart), journal.size()));
    }

    private void noteChange(NodeInfo node) {
        if (journal.size() == LONGEST_JOURNAL) {
            journal.subList(0, LONGEST_JOURNAL / 2).clear();
            journalStart += LONGEST_JOURNAL / 2;
        }
        journal.add(node);
        trackPodAffinity(node);
    }

    private void trackPodAffinity(NodeInfo node) {
        if (node.node() != null && !node.podsWithAffinity().isEmpty()) {
            withPodAffinity.add(node);
        } else {
            withPodAffinity.remove(node);
        }
    }

    @Override
    public int nodesWithImage(String image) {
        return images.getOrDefault(image, 0);
    }

    /** The node as it was, if it was there. */
    Optional<Node> put(Node now) {
        NodeInfo node = named(now.getMetadata().getName());
        Node before = node.node();
        Object zoneBefore = node.labels().get(ZONE);
        countImages(node, -1);
        node.setNode(now);
        countImages(node, 1);
        noteChange(node);
        listIsOld |=
                before == null || !java.util.Objects.equals(zoneBefore, node.labels().get(ZONE));
        return Optional.ofNullable(before);
    }

    void removeNode(String name) {
        NodeInfo node = byName.get(name);
        if (node != null && node.node() != null) {
            countImages(node, -1);
            node.setNode(null);
            noteChange(node);
            listIsOld = true;
            dropIfEmpty(node);
        }
    }

    private void countImages(NodeInfo node, int sign) {
        if (node.node() != null) {
            node.images().keySet().forEach(image -> images.merge(image, sign, ClusterCache::sum));
        }
    }

    private static Integer sum(int one, int other) {
        return one + other == 0 ? null : Integer.valueOf(one + other);
    }

    /** Takes a node's room for a pod that is about to be bound. */
    void assume(PodInfo pod, String node) {
        place(pod, node, true);
    }

    /** The API shows the pod on this node. */
    void confirm(PodInfo pod, String node) {
        place(pod, node, false);
    }

    private void place(PodInfo pod, String node, boolean assumed) {
        Place before = places.put(pod.uid(), new Place(pod, node, assumed));
        if (before != null && !before.node().equals(node)) {
            leave(before);
        }
        NodeInfo there = named(node);
        there.add(pod);
        noteChange(there);
    }

    /** The pod that was there, if it was. */
    Optional<PodInfo> remove(String uid) {
        Place before = places.remove(uid);
        if (before == null) {
            return Optional.empty();
        }
        leave(before);
        return Optional.of(before.pod());
    }

    private void leave(Place place) {
        NodeInfo node = byName.get(place.node());
        node.remove(place.pod());
        noteChange(node);
        dropIfEmpty(node);
    }

    private void dropIfEmpty(NodeInfo node) {
        if (node.node() == null && node.podCount() == 0) {
            byName.remove(node.name());
        }
    }

    boolean isAssumed(String uid) {
        Place place = places.get(uid);
        return place != null && place.assumed();
    }

    /** The pod on a node, assumed or confirmed. */
    Optional<PodInfo> placed(String uid) {
        return Optional.ofNullable(places.get(uid)).map(Place::pod);
    }

    private NodeInfo named(String name) {
        return byName.computeIfAbsent(name, NodeInfo::new);
    }
}
