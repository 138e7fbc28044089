package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Deployment from one version to the next, and back. */
@ExtendWith(Cluster.Resolver.class)
final class RolloutTest {
    private final Kubectl kubectl;

    RolloutTest(Cluster cluster) {
        kubectl = cluster.newNamespace("rollout");
    }

    @BeforeEach
    void deploy() {
        kubectl.apply(Manifests.deployment("web", 2, "v1"));
        awaitRollout();
    }

    private void awaitRollout() {
        String words = kubectl.ok("rollout status deployment web --timeout=100s");
        assertTrue(words.contains("successfully rolled out"), words);
    }

    private String answers() {
        return kubectl.ok(
                "get pods -l app=web -o jsonpath={.items[*].spec.containers[0].env[0].value}");
    }

    @Test
    void newTemplateRollsOutAndUndoReturns() {
        kubectl.apply(Manifests.deployment("web", 2, "v2"));
        awaitRollout();
        Eventually.is("the old pods are gone", () -> answers().equals("v2 v2"));
        assertTrue(kubectl.ok("rollout history deployment web").contains("2 "));
        kubectl.ok("rollout undo deployment web");
        awaitRollout();
        Eventually.is("the first version is back", () -> answers().equals("v1 v1"));
        assertEquals(
                "3",
                kubectl.json("get deployment web")
                        .at("/metadata/annotations/deployment.kubernetes.io~1revision")
                        .asText());
    }

    @Test
    void scaleChangesTheNumberOfPods() {
        kubectl.ok("scale deployment web --replicas=3");
        awaitRollout();
        assertTrue(kubectl.ok("get deployment web").contains("3/3"));
        kubectl.ok("scale deployment web --replicas=1");
        Eventually.is("one is left", () -> answers().equals("v1"));
    }

    @Test
    void pausedDeploymentWaits() {
        kubectl.ok("rollout pause deployment web");
        kubectl.ok("set env deployment web ANSWER=v2");
        Eventually.is(
                "it has seen the change",
                () -> {
                    JsonNode deployment = kubectl.json("get deployment web");
                    return deployment.at("/status/observedGeneration").asInt()
                            == deployment.at("/metadata/generation").asInt();
                });
        assertEquals("v1 v1", answers());
        kubectl.ok("rollout resume deployment web");
        awaitRollout();
        Eventually.is("it is done now", () -> answers().equals("v2 v2"));
    }

    @Test
    void restartReplacesThePods() {
        String before = kubectl.ok("get pods -l app=web -o name");
        kubectl.ok("rollout restart deployment web");
        awaitRollout();
        for (String pod : before.lines().toList()) {
            Eventually.is(pod + " is gone", () -> !kubectl.exists(pod));
        }
    }

    @Test
    void imageThatDoesNotExistStopsTheRolloutAndLeavesTheOldPods() {
        kubectl.ok("set image deployment web web=127.0.0.1:9/none:1");
        Eventually.is("the new pod fails", () -> kubectl.ok("get pods").contains("ImagePull"));
        assertTrue(kubectl.ok("get deployment web").contains("2/2"));
        assertFalse(
                kubectl.fails("rollout status deployment web --timeout=1s")
                        .contains("successfully"));
        kubectl.ok("rollout undo deployment web");
        awaitRollout();
    }
}
