package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes with its owner, and what goes with its namespace. */
@ExtendWith(Cluster.Resolver.class)
final class CollectionTest {
    private final Kubectl kubectl;

    CollectionTest(Cluster cluster) {
        kubectl = cluster.newNamespace("collection");
    }

    @BeforeEach
    void application() {
        kubectl.apply(Manifests.deployment("web", 1, "v1"));
        kubectl.ok("rollout status deployment web --timeout=100s");
    }

    @Test
    void dependentsGoWithTheirOwner() {
        kubectl.ok("delete deployment web");
        Eventually.is("the set is gone", () -> !kubectl.exists("replicasets"));
        Eventually.is("the pods are gone", () -> !kubectl.exists("pods"));
    }

    @Test
    void foregroundDeletionWaitsForTheDependents() {
        kubectl.ok("delete deployment web --cascade=foreground --timeout=60s");
        assertEquals("", kubectl.ok("get replicasets,pods -o name --ignore-not-found"));
    }

    @Test
    void orphansStay() {
        kubectl.ok("delete deployment web --cascade=orphan");
        assertEquals(
                "", kubectl.field("replicaset -l app=web", "/items/0/metadata/ownerReferences"));
        assertTrue(kubectl.ok("get pods").contains("1/1"));
        kubectl.ok("delete replicaset -l app=web");
        Eventually.is("the pods are gone", () -> !kubectl.exists("pods"));
    }

    @Test
    void namespaceTakesEverythingWithIt() {
        kubectl.ok("create configmap c --from-literal=a=b");
        kubectl.ok("delete namespace " + kubectl.namespace() + " --timeout=90s");
        assertEquals(
                "",
                kubectl.ok("get pods,configmaps,deployments,events -o name --ignore-not-found"));
        assertTrue(
                kubectl.fails("create configmap c")
                        .contains("namespaces \"" + kubectl.namespace() + "\" not found"));
    }
}
