package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Probes decide on readiness and on restarts. */
@ExtendWith(Cluster.Resolver.class)
final class ProbesTest {
    private final Kubectl kubectl;

    ProbesTest(Cluster cluster) {
        kubectl = cluster.newNamespace("probes");
    }

    private static String probed(String probes) {
        return Manifests.pod("p", Manifests.stay("touch /tmp/alive; httpd -p 8080 -h /tmp"))
                .replace("\"command\"", probes + ",\"command\"");
    }

    private boolean ready() {
        return kubectl.field("pod p", "/status/containerStatuses/0/ready").equals("true");
    }

    private int restarts() {
        return Integer.parseInt(kubectl.field("pod p", "/status/containerStatuses/0/restartCount"));
    }

    @Test
    void readinessFollowsItsProbe() {
        kubectl.create(
                probed(
                        "\"readinessProbe\":{\"exec\":{\"command\":[\"cat\",\"/tmp/ready\"]},"
                                + "\"periodSeconds\":1,\"failureThreshold\":1}"));
        Eventually.is("it runs", () -> kubectl.field("pod p", "/status/phase").equals("Running"));
        Eventually.is(
                "its failure is told", () -> kubectl.ok("get events").contains("Readiness probe"));
        assertEquals(false, ready());
        kubectl.ok("exec p -- touch /tmp/ready");
        Eventually.is("it is ready", this::ready);
        kubectl.ok("exec p -- rm /tmp/ready");
        Eventually.is("it is not ready any more", () -> !ready());
        assertEquals(0, restarts());
    }

    @Test
    void failingLivenessRestartsTheContainer() {
        kubectl.create(
                probed(
                        "\"livenessProbe\":{\"exec\":{\"command\":[\"cat\",\"/tmp/alive\"]},"
                                + "\"periodSeconds\":1,\"failureThreshold\":2}"));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
        kubectl.ok("exec p -- rm /tmp/alive");
        Eventually.is("it is restarted", () -> restarts() == 1);
        String story = kubectl.ok("describe pod p");
        assertTrue(story.contains("Liveness probe failed"), story);
        Eventually.is("the new one is alive", this::ready);
    }

    @Test
    void httpAndTcpProbesReachThePod() {
        kubectl.create(
                probed(
                        "\"startupProbe\":{\"tcpSocket\":{\"port\":8080},\"periodSeconds\":1},"
                                + "\"livenessProbe\":{\"tcpSocket\":{\"port\":8080},"
                                + "\"periodSeconds\":1},"
                                + "\"readinessProbe\":{\"httpGet\":{\"path\":\"/alive\","
                                + "\"port\":8080},\"periodSeconds\":1,\"failureThreshold\":1}"));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
        kubectl.ok("exec p -- mv /tmp/alive /tmp/away");
        Eventually.is("a 404 makes it unready", () -> !ready());
        assertEquals(0, restarts());
    }
}
