package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pods behind a Service, by address, by name and by the node's port. */
@ExtendWith(Cluster.Resolver.class)
final class ServicesTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    ServicesTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("services");
    }

    @BeforeEach
    void application() {
        kubectl.apply(Manifests.deployment("web", 2, "v1"));
        kubectl.create(Manifests.pod("client", Manifests.stay("true")));
        kubectl.ok("rollout status deployment web --timeout=90s");
        kubectl.ok("wait --for=condition=Ready pod/client --timeout=60s");
    }

    private Run fromClient(String... command) {
        String[] words = new String[command.length + 3];
        words[0] = "exec";
        words[1] = "client";
        words[2] = "--";
        System.arraycopy(command, 0, words, 3, command.length);
        return kubectl.run(words);
    }

    private Run fromNode(String url) {
        return Run.of(List.of("curl", "-sS", "-m", "5", url), Map.of(), "", 10);
    }

    @Test
    void serviceSpreadsOverItsReadyPods() {
        kubectl.ok("expose deployment web --port=80 --target-port=http");
        String ip = kubectl.field("service web", "/spec/clusterIP");
        Eventually.is("it answers", () -> fromNode("http://" + ip).code() == 0);
        TreeSet<String> answering = new TreeSet<>();
        Eventually.is(
                "both pods answer",
                () -> {
                    answering.add(fromNode("http://" + ip).ok());
                    answering.add(fromClient("wget", "-qO-", "http://" + ip).ok());
                    return answering.size() == 2;
                });
        assertTrue(answering.first().endsWith(" v1\n"), answering::toString);
        assertEquals(
                2,
                kubectl.json("get endpointslices -l kubernetes.io/service-name=web")
                        .at("/items/0/endpoints")
                        .size());
    }

    @Test
    void namesResolveInPods() {
        kubectl.ok("expose deployment web --port=80 --target-port=http");
        String suffix = "." + kubectl.namespace() + ".svc.cluster.local";
        for (String name : List.of("web", "web." + kubectl.namespace(), "web" + suffix)) {
            Eventually.passes(
                    () ->
                            assertTrue(
                                    fromClient("wget", "-qO-", "http://" + name)
                                            .ok()
                                            .endsWith(" v1\n")));
        }
        Run none = fromClient("nslookup", "nothing" + suffix);
        assertTrue((none.out() + none.err()).contains("NXDOMAIN"), none::toString);
    }

    @Test
    void headlessServiceNamesItsPods() {
        kubectl.apply(
                """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"heads"},
                 "spec":{"clusterIP":"None","selector":{"app":"web"},
                  "ports":[{"port":8080,"targetPort":"http"}]}}
                """);
        TreeSet<String> expected = new TreeSet<>();
        kubectl.json("get pods -l app=web")
                .get("items")
                .forEach(pod -> expected.add(pod.at("/status/podIP").asText()));
        String name = "heads." + kubectl.namespace() + ".svc.cluster.local";
        Eventually.passes(
                () -> {
                    String answer = fromClient("nslookup", name).ok();
                    for (String ip : expected) {
                        assertTrue(answer.contains(ip), answer);
                    }
                });
    }

    @Test
    void nodePortAnswersOnTheNodesAddress() {
        kubectl.ok("expose deployment web --port=80 --target-port=http --type=NodePort");
        String port = kubectl.field("service web", "/spec/ports/0/nodePort");
        String node = "http://" + cluster.setting("node.ip") + ":" + port;
        Eventually.passes(() -> assertTrue(fromNode(node).ok().endsWith(" v1\n")));
        assertTrue(fromClient("wget", "-qO-", node).ok().endsWith(" v1\n"));
    }

    @Test
    void serviceWithoutReadyPodsRefuses() {
        kubectl.ok("create service clusterip nobody --tcp=80:8080");
        String ip = kubectl.field("service nobody", "/spec/clusterIP");
        Eventually.is(
                "it is refused at once",
                () -> {
                    Run run = fromNode("http://" + ip);
                    // curl: 7 is refused or unreachable, 28 would be a time-out.
                    return run.code() == 7;
                });
    }
}
