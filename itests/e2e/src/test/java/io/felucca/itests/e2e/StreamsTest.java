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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Logs, exec, cp, attach and port-forward: bytes to and from a container. */
@ExtendWith(Cluster.Resolver.class)
final class StreamsTest {
    private final Kubectl kubectl;

    StreamsTest(Cluster cluster) {
        kubectl = cluster.newNamespace("streams");
    }

    @BeforeEach
    void pod() {
        kubectl.create(
                Manifests.pod(
                        "p",
                        Manifests.stay(
                                "echo one; echo two >&2; mkdir /tmp/www; echo page"
                                        + " >/tmp/www/index.html; httpd -p 8080 -h /tmp/www")));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
    }

    @Test
    void logsHaveBothOutputs() {
        Eventually.is(
                "both lines are there",
                () -> List.of("one\ntwo\n", "two\none\n").contains(kubectl.ok("logs p")));
        assertEquals(1, kubectl.ok("logs p --tail=1").lines().count());
        assertTrue(kubectl.ok("logs p --timestamps").matches("(?s)20\\d\\d-.*Z (one|two)\n.*"));
        assertTrue(kubectl.fails("logs p --previous").contains("previous terminated container"));
    }

    @Test
    void followedLogsComeAsTheyAreWritten() throws IOException {
        kubectl.create(
                Manifests.pod(
                        "talker",
                        "echo first; until [ -e /tmp/go ]; do sleep 0.1; done; echo second",
                        "\"restartPolicy\":\"Never\","));
        kubectl.ok("wait --for=condition=Ready pod/talker --timeout=60s");
        Process logs = new ProcessBuilder(kubectl.command(List.of("logs", "-f", "talker"))).start();
        try (BufferedReader lines = logs.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("first", lines.readLine());
            kubectl.ok("exec talker -- touch /tmp/go");
            assertEquals("second", lines.readLine());
            assertEquals(null, lines.readLine(), "the log ends with the container");
        } finally {
            logs.destroy();
        }
    }

    @Test
    void execGivesOutputsExitCodeAndInput() {
        Run run = kubectl.run("exec", "p", "--", "sh", "-c", "echo out; echo err >&2; exit 3");
        assertEquals(3, run.code(), run::toString);
        assertEquals("out\n", run.out());
        assertTrue(run.err().startsWith("err\n"), run::toString);
        String large = "0123456789abcdef\n".repeat(60_000);
        assertEquals(large, kubectl.with(large, "exec", "-i", "p", "--", "cat").ok());
        assertTrue(
                kubectl.fails("exec p -- no-such-program").contains("executable file not found"));
    }

    @Test
    void execWithATerminalHasOne() {
        // script gives kubectl a terminal of its own.
        String words =
                String.join(" ", kubectl.command(List.of("exec", "-it", "p", "--", "sh", "-c")));
        Run run =
                Run.of(
                        List.of(
                                "script",
                                "-qec",
                                words + " 'test -t 0 && tty && echo yes'",
                                "/dev/null"),
                        Map.of(),
                        "",
                        30);
        assertTrue(run.ok().contains("yes"), run::toString);
    }

    @Test
    void filesAreCopiedInAndOut(@TempDir Path folder) throws IOException {
        Path file = Texts.write(folder.resolve("file"), "content");
        kubectl.ok("cp " + file + " p:/tmp/file");
        assertEquals("content", kubectl.ok("exec p -- cat /tmp/file"));
        kubectl.ok("cp p:/tmp/file " + folder.resolve("back"));
        assertEquals("content", Files.readString(folder.resolve("back")));
    }

    @Test
    void forwardedPortsReachThePod() throws Exception {
        Process forward =
                new ProcessBuilder(kubectl.command(List.of("port-forward", "p", ":8080"))).start();
        try (BufferedReader lines = forward.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            String port = line.replaceAll("Forwarding from 127.0.0.1:(\\d+) -> 8080", "$1");
            HttpClient client = HttpClient.newHttpClient();
            URI uri = URI.create("http://127.0.0.1:" + port + "/index.html");
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        "page\n",
                        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                                .body());
            }
        } finally {
            forward.destroy();
        }
    }
}
