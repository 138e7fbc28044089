package io.felucca.cni.ptp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PtpDriverTest {
    @Test
    void networkListNamesTheNodesRangeAndNoMasqueradingOfItsOwn() {
        ObjectNode list = NetworkList.of("10.244.3.0/24", Path.of("/run/x/ipam"), 1400, true);
        assertEquals(
                "{\"type\":\"ptp\",\"ipMasq\":false,\"mtu\":1400,\"ipam\":{\"type\":\"host-local\","
                    + "\"dataDir\":\"/run/x/ipam\",\"ranges\":[[{\"subnet\":\"10.244.3.0/24\"}]],"
                    + "\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}}",
                list.at("/plugins/0").toString());
        assertEquals("portmap", list.at("/plugins/1/type").asText());
        assertEquals("bandwidth", list.at("/plugins/2/type").asText());
    }

    @Test
    void bandwidthIsLeftOutWhereTheMachineHasItNot() {
        assertEquals(
                2,
                NetworkList.of("10.244.3.0/24", Path.of("/x"), 1400, false).at("/plugins").size());
    }

    @Test
    void nodeWithoutARangeIsWaitedFor() {
        assertEquals(Optional.empty(), PtpDriver.podCidr(new NodeBuilder().build()));
        assertEquals(
                Optional.of("10.244.1.0/24"),
                PtpDriver.podCidr(
                        new NodeBuilder()
                                .withNewSpec()
                                .withPodCIDRs("fd00::/80", "10.244.1.0/24")
                                .endSpec()
                                .build()));
    }

    @Test
    void onlyTrafficThatLeavesTheClusterIsMasqueraded() {
        String script =
                Masquerade.script("felucca_cni", "10.244.1.0/24", "10.244.0.0/16", "10.96.0.0/12");
        assertEquals(
                "add rule ip felucca_cni postrouting ip saddr 10.244.1.0/24 ip daddr !="
                    + " 10.244.0.0/16 ip daddr != 10.96.0.0/12 ip daddr != 224.0.0.0/4 masquerade",
                script.lines().reduce((before, last) -> last).orElseThrow());
    }

    @Test
    void fileIsReplacedWithoutATrace(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("net.d").resolve("10-felucca.conflist");
        Host.write(file, new byte[] {1});
        Host.write(file, new byte[] {2});
        assertArrayEquals(new byte[] {2}, Files.readAllBytes(file));
        assertFalse(Files.exists(file.resolveSibling("10-felucca.conflist.new")));
    }
}
