package io.felucca.controller.garbagecollector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients.Served;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Source;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
    private static final String GOING = "2026-01-01T00:00:00Z";

    private final Set<Key> queue = new LinkedHashSet<>();
    private final FakeCluster cluster =
            new FakeCluster()
                    .serving(
                            served("", "v1", "configmaps", "ConfigMap", true),
                            served("", "v1", "pods", "Pod", true),
                            served("", "v1", "events", "Event", true),
                            served("", "v1", "namespaces", "Namespace", false),
                            served("apps", "v1", "replicasets", "ReplicaSet", true));
    private final GarbageCollector collector = new GarbageCollector(cluster, cluster.informers());

    private static Served served(
            String group, String version, String resource, String kind, boolean namespaced) {
        return new Served(
                new GroupVersionResource(group, version, resource),
                new GroupVersionKind(group, version, kind),
                namespaced,
                true,
                Set.of("get", "list", "watch", "delete", "patch"));
    }

    private void run() {
        if (queue.isEmpty()) {
            collector.started(queue::add);
        }
        for (int steps = 0; !queue.isEmpty(); steps++) {
            assertTrue(steps < 1000, "it does not come to rest: " + queue);
            Key next = queue.iterator().next();
            queue.remove(next);
            collector.reconcile(next);
        }
    }

    private static OwnerReference owner(String kind, String name, String uid, boolean blocks) {
        return new OwnerReferenceBuilder()
                .withApiVersion(kind.equals("ReplicaSet") ? "apps/v1" : "v1")
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .withBlockOwnerDeletion(blocks)
                .build();
    }

    private static Pod pod(String name, OwnerReference... owners) {
        return new PodBuilder()
                .withMetadata(
                        new ObjectMetaBuilder()
                                .withNamespace("default")
                                .withName(name)
                                .withOwnerReferences(owners)
                                .build())
                .withNewSpec()
                .endSpec()
                .build();
    }

    private static ReplicaSet set(String name, String uid) {
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withUid(uid)
                .endMetadata()
                .build();
    }

    private static ReplicaSet going(String name, String uid, String finalizer) {
        return set(name, uid)
                .edit()
                .editMetadata()
                .withDeletionTimestamp(GOING)
                .withFinalizers(finalizer)
                .endMetadata()
                .build();
    }

    private List<String> names(Class<? extends HasMetadata> type) {
        return cluster.all(type).stream().map(one -> one.getMetadata().getName()).toList();
    }

    @Test
    void aDependentGoesWithItsLastOwner() {
        cluster.with(set("web", "u1"), pod("a", owner("ReplicaSet", "web", "u1", true)), pod("b"));
        run();
        assertEquals(List.of("a", "b"), names(Pod.class));
        cluster.of(ReplicaSet.class).delete(new Key("default", "web"), Client.Deletion.PLAIN);
        run();
        assertEquals(List.of("b"), names(Pod.class));
        assertTrue(cluster.actions().contains("delete Background pods default/a"));
    }

    @Test
    void anOwnerOfTheSameNameButAnotherUidIsNoOwner() {
        cluster.with(set("web", "u2"), pod("a", owner("ReplicaSet", "web", "u1", true)));
        run();
        assertEquals(List.of(), names(Pod.class));
    }

    @Test
    void ofTwoOwnersTheOneThatLivesKeepsTheDependent() {
        cluster.with(
                set("new", "u2"),
                pod(
                        "a",
                        owner("ReplicaSet", "old", "u1", true),
                        owner("ReplicaSet", "new", "u2", true)));
        run();
        assertEquals(
                List.of("new"),
                cluster.all(Pod.class).get(0).getMetadata().getOwnerReferences().stream()
                        .map(OwnerReference::getName)
                        .toList());
    }

    @Test
    void inTheForegroundTheOwnerWaitsForThoseThatBlockIt() {
        cluster.with(
                going("web", "u1", "foregroundDeletion"),
                pod("a", owner("ReplicaSet", "web", "u1", true)));
        run();
        assertEquals(List.of(), names(Pod.class));
        assertEquals(List.of(), cluster.all(ReplicaSet.class).get(0).getMetadata().getFinalizers());
    }

    @Test
    void aDependentThatHoldsOutHoldsItsOwner() {
        Pod stubborn = pod("a", owner("ReplicaSet", "web", "u1", true));
        stubborn.getMetadata().setDeletionTimestamp(GOING);
        cluster.with(going("web", "u1", "foregroundDeletion"), stubborn);
        run();
        assertEquals(
                List.of("foregroundDeletion"),
                cluster.all(ReplicaSet.class).get(0).getMetadata().getFinalizers());
        cluster.of(Pod.class).delete(new Key("default", "a"), Client.Deletion.PLAIN);
        run();
        assertEquals(List.of(), cluster.all(ReplicaSet.class).get(0).getMetadata().getFinalizers());
    }

    @Test
    void orphansAreLeftBehindWithoutTheirOwner() {
        cluster.with(
                going("web", "u1", "orphan"), pod("a", owner("ReplicaSet", "web", "u1", true)));
        run();
        assertEquals(List.of("a"), names(Pod.class));
        assertEquals(List.of(), cluster.all(Pod.class).get(0).getMetadata().getOwnerReferences());
        assertEquals(List.of(), cluster.all(ReplicaSet.class).get(0).getMetadata().getFinalizers());
    }

    @Test
    void anOwnerInAnotherNamespaceIsReportedAndDoesNotCount() {
        ConfigMap elsewhere =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("other")
                        .withName("cm")
                        .withUid("u9")
                        .endMetadata()
                        .build();
        cluster.with(elsewhere, pod("a", owner("ConfigMap", "cm", "u9", true)));
        run();
        assertEquals(List.of(), names(Pod.class));
        assertEquals(
                List.of(
                        "Warning OwnerRefInvalidNamespace default/a: ownerRef [v1/ConfigMap,"
                                + " namespace: default, name: cm, uid: u9] does not exist in"
                                + " namespace \"default\""),
                cluster.recorded());
    }

    @Test
    void aClusterScopedObjectWithANamespacedOwnerStays() {
        Namespace namespace =
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("ns")
                        .withOwnerReferences(owner("ConfigMap", "cm", "u9", true))
                        .endMetadata()
                        .build();
        cluster.with(namespace);
        run();
        assertEquals(List.of("ns"), names(Namespace.class));
    }

    @Test
    void anOwnerOfAnUnknownKindIsNotTakenForGoneUntilItsKindIsServed() {
        cluster.with(pod("a", owner("Widget", "w", "u1", true)));
        run();
        assertEquals(List.of("a"), names(Pod.class));
        cluster.serving(served("", "v1", "widgets", "Widget", true));
        queue.add(GarbageCollector.DISCOVERY);
        run();
        assertEquals(List.of(), names(Pod.class));
    }

    @Test
    @SuppressWarnings("unchecked") // The source that names this type has this type.
    void aDefinitionThatChangesIsLookedAtAtOnceAndOnceMoreWhenItIsServed() {
        run();
        Source<CustomResourceDefinition> definitions =
                (Source<CustomResourceDefinition>)
                        collector.sources().stream()
                                .filter(one -> one.type() == CustomResourceDefinition.class)
                                .findFirst()
                                .orElseThrow();
        CustomResourceDefinition widgets =
                new CustomResourceDefinitionBuilder()
                        .withNewMetadata()
                        .withName("widgets.example.com")
                        .endMetadata()
                        .build();
        Set<Key> concerned =
                definitions.concerned(
                        new Informer.Change<>(Optional.empty(), Optional.of(widgets)));
        assertEquals(Set.of(GarbageCollector.DISCOVERY), concerned);
        Duration soon = collector.reconcile(GarbageCollector.DISCOVERY).after().orElseThrow();
        Duration later = collector.reconcile(GarbageCollector.DISCOVERY).after().orElseThrow();
        assertTrue(soon.compareTo(Duration.ofSeconds(1)) <= 0, () -> "in " + soon);
        assertTrue(later.compareTo(Duration.ofSeconds(30)) >= 0, () -> "in " + later);
    }

    @Test
    void keysOfEveryResourceAreReadBack() {
        for (GroupVersionResource resource :
                List.of(
                        new GroupVersionResource("", "v1", "pods"),
                        new GroupVersionResource("rbac.authorization.k8s.io", "v1", "roles"))) {
            Item item = new Item(resource, new Key("ns", "system:a"));
            assertEquals(item, Item.of(item.queued()));
        }
    }
}
