package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kubectl there is, with pods: their logs, their streams and what is told of them. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.felucca.itests.e2e.KubectlProgram#found")
@ExtendWith(Cluster.Resolver.class)
final class KubectlPodsTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    @TempDir Path folder;

    KubectlPodsTest(KubectlProgram program, Cluster cluster) {
        this.cluster = cluster;
        kubectl = program.in(cluster, "pods");
    }

    /** Two containers, one of which repeats what it is told. */
    private void startPod() {
        kubectl.create(
                Manifests.pod(
                                "p",
                                Manifests.stay(
                                        "mkdir /tmp/www; echo page >/tmp/www/index.html; httpd -p"
                                                + " 8080 -h /tmp/www; for i in 1 2 3; do echo line"
                                                + " $i; done"))
                        .replaceFirst(
                                "]}}\\s*$",
                                ",{\"name\":\"echo\",\"image\":\""
                                        + Images.BUSYBOX
                                        + "\",\"stdin\":true,\"command\":[\"cat\"]}]}}"));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
    }

    @Test
    void logsAndStreamsReachTheContainer() throws Exception {
        startPod();
        logs();
        exec();
        copies();
        attach();
        forwardedPort();
        kubectl.ok("delete pod p --grace-period=0 --force");
        Eventually.is("it is gone", () -> !kubectl.exists("pod p"));
    }

    private void logs() {
        Eventually.is(
                "all lines are there",
                () -> kubectl.ok("logs p -c main").equals("line 1\nline 2\nline 3\n"));
        assertEquals("line 3\n", kubectl.ok("logs p -c main --tail=1"));
        assertEquals("line 3\n", kubectl.ok("logs -l app=p -c main --tail=1"));
        assertEquals("", kubectl.ok("logs p -c echo"));
        assertTrue(
                kubectl.ok("logs p -c main --since=1h --timestamps")
                        .matches("(?s)20\\d\\d-.*Z line 1\n.*"));
        assertEquals("line 1", kubectl.ok("logs p -c main --limit-bytes=6"));
        assertTrue(
                kubectl.ok("logs p --all-containers --prefix").contains("[pod/p/main] line 1\n"));
        assertTrue(
                kubectl.fails("logs p -c nope").endsWith("container nope is not valid for pod p"));
        assertEquals(
                "Error from server (BadRequest): previous terminated container \"main\" in pod"
                        + " \"p\" not found",
                kubectl.fails("logs p -c main --previous"));
        assertTrue(kubectl.fails("logs nope").contains("pods \"nope\" not found"));
    }

    private void exec() {
        Run run = kubectl.run("exec", "p", "-c", "main", "--", "sh", "-c", "echo out; exit 3");
        assertEquals(3, run.code(), run::toString);
        assertEquals("out\n", run.out());
        assertTrue(run.err().contains("command terminated with exit code 3"), run::toString);
        assertEquals(
                "in\n", kubectl.with("in\n", "exec", "-i", "p", "-c", "main", "--", "cat").ok());
        String words =
                String.join(
                        " ",
                        kubectl.command(List.of("exec", "-it", "p", "-c", "main", "--", "tty")));
        Run tty = Run.of(List.of("script", "-qec", words, "/dev/null"), Map.of(), "", 30);
        assertTrue(tty.ok().contains("/dev/pts/"), tty::toString);
        assertTrue(
                kubectl.fails("exec p -c nope -- true")
                        .contains("container nope is not valid for pod p"));
        assertTrue(kubectl.fails("exec p -c main -- nosuch").contains("executable file not found"));
        assertEquals(
                "Error from server (NotFound): pods \"nope\" not found",
                kubectl.fails("exec nope -- true"));
    }

    private void copies() throws IOException {
        Path file = Texts.write(folder.resolve("file"), "content");
        kubectl.ok("cp " + file + " p:/tmp/file -c main");
        kubectl.ok(
                "cp "
                        + kubectl.namespace()
                        + "/p:/tmp/file "
                        + folder.resolve("back")
                        + " -c main");
        assertEquals("content", Files.readString(folder.resolve("back")));
        Files.createDirectory(folder.resolve("d"));
        Texts.write(folder.resolve("d/inside"), "deep");
        kubectl.ok("cp " + folder.resolve("d") + " p:/tmp/d -c main");
        assertEquals("deep", kubectl.ok("exec p -c main -- cat /tmp/d/inside"));
    }

    private void attach() throws IOException {
        Process attach =
                new ProcessBuilder(kubectl.command(List.of("attach", "-i", "p", "-c", "echo")))
                        .start();
        try (BufferedReader lines = attach.inputReader(StandardCharsets.UTF_8)) {
            attach.getOutputStream().write("typed\n".getBytes(StandardCharsets.UTF_8));
            attach.getOutputStream().flush();
            assertEquals("typed", lines.readLine());
        } finally {
            attach.destroy();
        }
    }

    private void forwardedPort() throws Exception {
        Process forward =
                new ProcessBuilder(kubectl.command(List.of("port-forward", "pod/p", ":8080")))
                        .start();
        try (BufferedReader lines = forward.inputReader(StandardCharsets.UTF_8)) {
            String port =
                    lines.readLine().replaceAll("Forwarding from 127.0.0.1:(\\d+) -> 8080", "$1");
            HttpRequest get =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/index.html"))
                            .build();
            assertEquals(
                    "page\n", HttpClient.newHttpClient().send(get, BodyHandlers.ofString()).body());
        } finally {
            forward.destroy();
        }
    }

    @Test
    void podsOfTheMomentGiveTheirOutputAndExitCodeAndGo() {
        String image = "--image=" + Images.BUSYBOX;
        Run echo =
                kubectl.run("run", "a", "--rm", "-i", "--restart=Never", image, "--", "echo", "hi");
        assertTrue(echo.ok().contains("hi\n"), echo::toString);
        assertTrue(echo.out().contains("pod \"a\" deleted"), echo::toString);
        Run cat =
                kubectl.with(
                        "sent\n", "run", "b", "--rm", "-i", "--restart=Never", image, "--", "cat");
        assertTrue(cat.ok().contains("sent\n"), cat::toString);
        Run fails =
                kubectl.run(
                        "run",
                        "c",
                        "--rm",
                        "-i",
                        "--restart=Never",
                        image,
                        "--",
                        "sh",
                        "-c",
                        "exit 4");
        assertEquals(4, fails.code(), fails::toString);
        assertEquals("", kubectl.ok("get pods -o name"));
        assertTrue(
                kubectl.ok("run web --image=x --port=80 --dry-run=client -o yaml")
                        .contains("containerPort: 80"));
    }

    @Test
    void aPodThatCrashesTellsItsStory() {
        kubectl.create(
                Manifests.pod("crash", "echo boot; exit 1")
                        .replace("\"terminationGracePeriodSeconds\":1,", ""));
        Eventually.is(
                "it has crashed twice",
                () -> kubectl.ok("get pod crash --no-headers").contains("CrashLoopBackOff"));
        assertEquals("boot\n", kubectl.ok("logs crash --previous"));
        Eventually.is(
                "the events are there",
                () -> kubectl.ok("describe pod crash").contains("Back-off restarting failed"));
        String story = kubectl.ok("describe pod crash");
        for (String line :
                List.of(
                        "Reason: +CrashLoopBackOff",
                        "Last State: +Terminated",
                        "Exit Code: +1",
                        "Type +Reason +Age +From +Message",
                        "Normal +Scheduled +\\S+ +default-scheduler +Successfully assigned .*",
                        "Normal +Started +.* +kubelet.* +Started container main",
                        "Warning +BackOff +.*Back-off restarting failed container main in pod.*")) {
            assertTrue(story.matches("(?s).*\n *" + line + " *\n.*"), line + "\n" + story);
        }
        assertEquals(
                "spec.containers{main}",
                kubectl.ok(
                        "get events --field-selector reason=BackOff -o"
                                + " jsonpath={.items[0].involvedObject.fieldPath}"));
        assertTrue(kubectl.fails("exec crash -- true").contains("container not found (\"main\")"));
        assertTrue(
                kubectl.fails("attach crash")
                        .contains("container main not found in pod crash_" + kubectl.namespace()));
    }

    @Test
    void nodesAreTaintedCordonedAndDrained() {
        String node = cluster.nodeName();
        try {
            assertEquals(
                    "node/" + node + " tainted\n",
                    kubectl.ok("taint node " + node + " a=b:NoSchedule"));
            assertTrue(
                    kubectl.fails("taint node " + node + " a=b:NoSchedule")
                            .contains("--overwrite is false"));
            assertEquals("node/" + node + " untainted\n", kubectl.ok("taint node " + node + " a-"));
            // The selector goes across namespaces, in which others have pods.
            String pod = kubectl.namespace();
            kubectl.create(Manifests.pod(pod, Manifests.stay("true")));
            kubectl.ok("wait --for=condition=Ready --timeout=60s pod/" + pod);
            assertEquals("node/" + node + " cordoned\n", kubectl.ok("cordon " + node));
            assertEquals("node/" + node + " already cordoned\n", kubectl.ok("cordon " + node));
            String drain = "drain " + node + " --timeout=60s --pod-selector=app=" + pod;
            assertTrue(kubectl.fails(drain).contains(kubectl.namespace() + "/" + pod));
            String words = kubectl.ok(drain + " --force");
            assertTrue(words.contains("pod/" + pod + " evicted"), words);
            assertTrue(words.contains("node/" + node + " "), words);
            assertTrue(!kubectl.exists("pod " + pod), "it is gone");
            assertEquals("node/" + node + " uncordoned\n", kubectl.ok("uncordon " + node));
        } finally {
            kubectl.run("uncordon", node);
            kubectl.run("taint", "node", node, "a-");
        }
    }
}
