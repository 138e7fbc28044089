package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCapacityTest {
    @TempDir private Path folder;

    private void pages(String size, int count) throws IOException {
        Path pages = Files.createDirectories(folder.resolve("sizes").resolve("hugepages-" + size));
        Files.writeString(pages.resolve("nr_hugepages"), count + "\n");
    }

    @Test
    void eachSizeOfHugePagesIsAResource() throws IOException {
        pages("2048kB", 3);
        pages("1048576kB", 0);
        pages("64kB", 1);
        assertEquals(
                Map.of("hugepages-2Mi", 6L << 20, "hugepages-1Gi", 0L, "hugepages-64Ki", 64L << 10),
                NodeCapacity.hugePages(folder.resolve("sizes")));
        assertEquals(Map.of(), NodeCapacity.hugePages(folder.resolve("none")));
    }

    @Test
    void hugePagesAreCountedAndTakenFromTheMemoryForPods() {
        NodeCapacity capacity =
                new NodeCapacity(
                        2,
                        1L << 30,
                        100L << 30,
                        110,
                        Map.of("hugepages-2Mi", 6L << 20, "hugepages-1Gi", 0L));
        NodeSettings node =
                new NodeSettings(
                        "node-a", "10.0.0.1", folder, folder, folder, "cluster.local", "", 1, "");
        ObjectNode status =
                NodeStatusDraft.of(
                        new NodeStatusDraft.Facts(
                                node,
                                capacity,
                                new HostFacts("", "", "", "", "", ""),
                                "",
                                Optional.empty(),
                                false,
                                false,
                                false,
                                List.of(),
                                Instant.EPOCH),
                        Json.object());
        assertEquals(
                "{\"cpu\":\"2\",\"ephemeral-storage\":\"104857600Ki\",\"hugepages-1Gi\":\"0\","
                        + "\"hugepages-2Mi\":\"6Mi\",\"memory\":\"1048576Ki\",\"pods\":\"110\"}",
                status.get("capacity").toString());
        assertEquals(
                "{\"cpu\":\"2\",\"ephemeral-storage\":\"96636764160\",\"hugepages-1Gi\":\"0\","
                        + "\"hugepages-2Mi\":\"6Mi\",\"memory\":\"940032Ki\",\"pods\":\"110\"}",
                status.get("allocatable").toString());
    }
}
