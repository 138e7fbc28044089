package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pod's life: scheduled, started, ended, restarted, deleted. */
@ExtendWith(Cluster.Resolver.class)
final class PodRunsTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    PodRunsTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("pods");
    }

    private void awaitPhase(String pod, String phase) {
        Eventually.is(
                pod + " is " + phase,
                () -> kubectl.field("pod " + pod, "/status/phase").equals(phase));
    }

    @Test
    void podRunsOnTheNodeWithAnAddressOfItsOwn() {
        kubectl.create(Manifests.pod("p", Manifests.stay("echo here")));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
        JsonNode pod = kubectl.json("get pod p");
        assertEquals(cluster.nodeName(), pod.at("/spec/nodeName").asText());
        assertEquals(cluster.setting("node.ip"), pod.at("/status/hostIP").asText());
        String ip = pod.at("/status/podIP").asText();
        assertEquals(ip, kubectl.ok("exec p -- hostname -i").strip());
        assertEquals("Running", pod.at("/status/phase").asText());
        String row = kubectl.ok("get pod p -o wide --no-headers");
        assertTrue(
                row.matches(
                        "p +1/1 +Running +0 +\\S+ +" + ip + " +" + cluster.nodeName() + " .*\\s"),
                row);
        String story = kubectl.ok("describe pod p");
        for (String reason : new String[] {"Scheduled", "Pulled", "Created", "Started"}) {
            assertTrue(story.contains(reason), story);
        }
    }

    @Test
    void endedPodsSaySo() {
        kubectl.create(Manifests.pod("good", "exit 0", "\"restartPolicy\":\"Never\","));
        kubectl.create(Manifests.pod("bad", "exit 7", "\"restartPolicy\":\"Never\","));
        awaitPhase("good", "Succeeded");
        awaitPhase("bad", "Failed");
        JsonNode ended =
                kubectl.json("get pod bad").at("/status/containerStatuses/0/state/terminated");
        assertEquals(7, ended.get("exitCode").asInt());
        assertEquals("Error", ended.get("reason").asText());
    }

    @Test
    void failingContainerIsRestartedWithPauses() {
        kubectl.create(Manifests.pod("p", "echo run; exit 1"));
        Eventually.is(
                "it is backing off",
                () ->
                        kubectl.field("pod p", "/status/containerStatuses/0/state/waiting/reason")
                                .equals("CrashLoopBackOff"));
        assertTrue(
                Integer.parseInt(kubectl.field("pod p", "/status/containerStatuses/0/restartCount"))
                        >= 1);
        assertEquals("run\n", kubectl.ok("logs p --previous"));
    }

    @Test
    void initContainersRunOneAfterTheOtherBeforeTheRest() {
        String init =
                """
                "restartPolicy":"Never",
                "volumes":[{"name":"v","emptyDir":{}}],
                "initContainers":[
                 {"name":"a","image":"%1$s","command":["sh","-c","echo a >>/v/f"],
                  "volumeMounts":[{"name":"v","mountPath":"/v"}]},
                 {"name":"b","image":"%1$s","command":["sh","-c","echo b >>/v/f; cat /v/f"],
                  "volumeMounts":[{"name":"v","mountPath":"/v"}]}],
                """
                        .formatted(Images.BUSYBOX);
        kubectl.create(Manifests.pod("p", "echo main", init));
        awaitPhase("p", "Succeeded");
        assertEquals("a\nb\n", kubectl.ok("logs p -c b"));
        assertEquals("main\n", kubectl.ok("logs p"));
    }

    @Test
    void containerOverItsMemoryLimitIsKilled() {
        kubectl.create(
                Manifests.pod("p", "tail /dev/zero", "\"restartPolicy\":\"Never\",")
                        .replace(
                                "\"command\"",
                                "\"resources\":{\"limits\":{\"memory\":\"20Mi\"}},\"command\""));
        awaitPhase("p", "Failed");
        JsonNode ended =
                kubectl.json("get pod p").at("/status/containerStatuses/0/state/terminated");
        assertEquals("OOMKilled", ended.get("reason").asText(), ended::toString);
        assertEquals(137, ended.get("exitCode").asInt());
    }

    @Test
    void missingImageIsReportedInTheRuntimesWords() {
        kubectl.create(Manifests.pod("p", "true").replace(Images.BUSYBOX, "127.0.0.1:9/none:1"));
        Eventually.is(
                "the pull backs off",
                () ->
                        kubectl.field("pod p", "/status/containerStatuses/0/state/waiting/reason")
                                .equals("ImagePullBackOff"));
        String story = kubectl.ok("describe pod p");
        assertTrue(story.contains("ErrImagePull"), story);
        assertTrue(story.contains("Failed to pull image \"127.0.0.1:9/none:1\""), story);
        assertTrue(story.contains("connection refused"), story);
    }

    @Test
    void podThatFitsNowhereSaysWhy() {
        kubectl.create(
                Manifests.pod("p", "true")
                        .replace(
                                "\"command\"",
                                "\"resources\":{\"requests\":{\"cpu\":\"1000\"}},\"command\""));
        Eventually.is(
                "the scheduler says so",
                () -> kubectl.ok("get events").contains("1 Insufficient cpu"));
        String condition = kubectl.json("get pod p").at("/status/conditions").toString();
        assertTrue(condition.contains("0/1 nodes are available: 1 Insufficient cpu"), condition);
    }

    @Test
    void deletedPodHasItsGraceAndIsGone() {
        kubectl.create(
                Manifests.pod("p", "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
        kubectl.ok("delete pod p --timeout=30s");
        assertTrue(kubectl.fails("get pod p").contains("not found"));
    }

    @Test
    void runAttachesAndCleansUp() {
        Run run =
                kubectl.with(
                        "typed\n",
                        "run",
                        "once",
                        "--image=" + Images.BUSYBOX,
                        "--rm",
                        "-i",
                        "--restart=Never",
                        "--command",
                        "--",
                        "sh",
                        "-c",
                        "read line; echo got $line");
        assertTrue(run.ok().contains("got typed"), run::toString);
        Eventually.is("it is deleted", () -> !kubectl.exists("pod once"));
    }
}
