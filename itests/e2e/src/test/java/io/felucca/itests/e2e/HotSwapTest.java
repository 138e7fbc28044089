package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Parts are replaced by another build, and back, while people work. */
@ExtendWith(Cluster.Resolver.class)
final class HotSwapTest {
    private static final List<String> PARTS =
            List.of(
                    "scheduler",
                    "controller.deployment",
                    "kubelet",
                    "kubeproxy",
                    "api.apps",
                    "apiserver.rest");

    private final Cluster cluster;
    private final Kubectl kubectl;

    HotSwapTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("swap");
    }

    @Test
    void nobodyNoticesASwap() {
        kubectl.apply(Manifests.deployment("web", 2, "v1"));
        kubectl.ok("expose deployment web --port=80 --target-port=http");
        kubectl.ok("rollout status deployment web --timeout=100s");
        String serviceUrl = "http://" + kubectl.field("service web", "/spec/clusterIP") + "/";
        Eventually.is(
                "the service answers",
                () ->
                        Run.of(List.of("curl", "-sS", "-m", "2", serviceUrl), Map.of(), "", 5)
                                        .code()
                                == 0);
        Map<String, String> before = containers("app=web");
        List<String> objects = objects();
        int created;
        try (Load load = new Load(cluster, kubectl, serviceUrl)) {
            for (String part : PARTS) {
                swap(part, Builds.other(cluster, part), Builds.OTHER_VERSION);
                load.awaitMore(20, 1);
                swap(part, Builds.original(cluster, part), "0.1.0");
                load.awaitMore(20, 1);
            }
            created = load.assertNothingWasLost(Duration.ofMillis(500));
        }
        for (int i = 1; i <= created; i++) {
            kubectl.ok("wait --for=condition=Ready pod/extra-" + i + " --timeout=90s");
        }
        assertEquals(before, containers("app=web"), "no container was started anew");
        assertTrue(objects().containsAll(objects), "nothing was collected by mistake");
    }

    private void swap(String part, Path jar, String version) {
        String words = cluster.shell("felucca:swap " + part + " " + jar);
        assertTrue(words.contains(part + " is now " + version), words);
    }

    /** Pod and container ids with their restarts. */
    private Map<String, String> containers(String selector) {
        Map<String, String> found = new TreeMap<>();
        for (JsonNode pod : kubectl.json("get pods -l " + selector).get("items")) {
            JsonNode container = pod.at("/status/containerStatuses/0");
            found.put(
                    pod.at("/metadata/uid").asText(),
                    container.get("containerID").asText()
                            + " "
                            + container.get("restartCount").asText());
        }
        return found;
    }

    private List<String> objects() {
        List<String> uids = new ArrayList<>();
        kubectl.json(
                        "get deployments,replicasets,services,configmaps,serviceaccounts,endpointslices")
                .get("items")
                .forEach(item -> uids.add(item.at("/metadata/uid").asText()));
        return uids;
    }
}
