package io.felucca.cni.ptp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real plugins with our list: a pod gets its link, and what it sends away carries the node's
 * address. Needs root and says so where it is skipped.
 */
@Tag("other-programs")
class PodLinkTest {
    private static final Path PLUGINS = Path.of("/usr/lib/cni");
    private static final String PREFIX = "feltest-" + ProcessHandle.current().pid() + "-";
    private static final String NODE = PREFIX + "cninode";
    private static final String POD = PREFIX + "cnipod";
    private static final String OUTSIDE = PREFIX + "cniout";

    @TempDir Path folder;

    private record Outcome(int code, String text) {}

    @BeforeEach
    void build() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isExecutable(PLUGINS.resolve("ptp"))
                        && run(Map.of(), "", "ip", "netns", "add", NODE).code() == 0,
                "SKIPPED: needs root, network namespaces and the CNI plugins");
        must("ip", "netns", "add", POD);
        must("ip", "netns", "add", OUTSIDE);
        must(
                "ip", "link", "add", "out", "netns", NODE, "type", "veth", "peer", "in", "netns",
                OUTSIDE);
        must("ip", "-n", NODE, "addr", "add", "192.168.78.1/24", "dev", "out");
        must("ip", "-n", OUTSIDE, "addr", "add", "192.168.78.2/24", "dev", "in");
        must("ip", "-n", NODE, "link", "set", "out", "up");
        must("ip", "-n", OUTSIDE, "link", "set", "in", "up");
        must("ip", "-n", NODE, "route", "add", "default", "via", "192.168.78.2");
    }

    @AfterEach
    void remove() throws IOException, InterruptedException {
        for (String one : List.of(NODE, POD, OUTSIDE)) {
            run(Map.of(), "", "ip", "netns", "del", one);
        }
    }

    @Test
    void podGetsAnAddressOfTheNodesRangeAndLeavesUnderTheNodesAddress() throws Exception {
        ObjectNode list = NetworkList.of("10.244.9.0/24", folder, 1400, true);
        JsonNode result = Json.object();
        for (JsonNode plugin : list.path("plugins")) {
            result = call("ADD", list, (ObjectNode) plugin.deepCopy(), result);
        }
        assertEquals("10.244.9.2/24", result.at("/ips/0/address").asText());
        Outcome link = in(POD, "ip", "-o", "link", "show", "eth0");
        assertTrue(link.text().contains("mtu 1400"), link.text());

        String script =
                Masquerade.script("felucca_cni", "10.244.9.0/24", "10.244.0.0/16", "10.96.0.0/12");
        // Twice: a new start must find nothing in its way.
        for (int i = 0; i < 2; i++) {
            Outcome made = run(Map.of(), script, "ip", "netns", "exec", NODE, "nft", "-f", "-");
            assertEquals(0, made.code(), made.text());
        }
        assertEquals(0, in(POD, "bash", "-c", "echo x > /dev/udp/192.168.78.2/9").code());
        assertEquals(0, in(POD, "bash", "-c", "echo x > /dev/udp/10.244.1.7/9").code());
        String flows = in(NODE, "conntrack", "-L", "-p", "udp").text();
        assertTrue(
                flows.lines()
                        .anyMatch(
                                one ->
                                        one.contains("src=10.244.9.2 dst=192.168.78.2")
                                                && one.contains("dst=192.168.78.1")),
                flows);
        assertTrue(
                flows.lines().anyMatch(one -> one.contains("src=10.244.1.7 dst=10.244.9.2")),
                flows);

        JsonNode last = result;
        for (int i = list.path("plugins").size() - 1; i >= 0; i--) {
            call("DEL", list, list.path("plugins").get(i).deepCopy(), last);
        }
        assertEquals(1, in(POD, "ip", "link", "show", "eth0").code());
    }

    /** As a runtime does: each plugin gets the list's name and the result of the one before. */
    private JsonNode call(String command, ObjectNode list, ObjectNode plugin, JsonNode previous)
            throws IOException, InterruptedException {
        plugin.set("cniVersion", list.get("cniVersion"));
        plugin.set("name", list.get("name"));
        if (!previous.isEmpty()) {
            plugin.set("prevResult", previous);
        }
        Outcome outcome =
                run(
                        Map.of(
                                "CNI_COMMAND",
                                command,
                                "CNI_CONTAINERID",
                                "pod-1",
                                "CNI_NETNS",
                                "/var/run/netns/" + POD,
                                "CNI_IFNAME",
                                "eth0",
                                "CNI_PATH",
                                PLUGINS.toString()),
                        plugin.toString(),
                        "ip",
                        "netns",
                        "exec",
                        NODE,
                        PLUGINS.resolve(plugin.get("type").asText()).toString());
        assertEquals(0, outcome.code(), plugin.get("type") + ": " + outcome.text());
        return outcome.text().isBlank() ? previous : Json.mapper().readTree(outcome.text());
    }

    private static Outcome in(String namespace, String... words)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(words));
        return run(Map.of(), "", all.toArray(String[]::new));
    }

    private static void must(String... words) throws IOException, InterruptedException {
        Outcome outcome = run(Map.of(), "", words);
        assertEquals(0, outcome.code(), String.join(" ", words) + ": " + outcome.text());
    }

    private static Outcome run(Map<String, String> environment, String input, String... words)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), text);
    }
}
