package io.felucca.cni.ptp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.nio.file.Path;

/** The CNI network configuration list (CNI specification 1.0.0) of one node. */
final class NetworkList {
    private static final String EVERYWHERE = "0.0.0.0/0";

    private NetworkList() {}

    /**
     * @param podCidr the node's own range, such as {@code 10.244.1.0/24}
     * @param addresses the folder in which the addresses given out are kept
     * @param mtu of each pod's link, in bytes
     * @param bandwidth whether the plugin that limits a pod's traffic is there
     */
    static ObjectNode of(String podCidr, Path addresses, int mtu, boolean bandwidth) {
        ObjectNode list = Json.object();
        list.put("cniVersion", "1.0.0");
        list.put("name", "felucca");
        ArrayNode plugins = list.putArray("plugins");

        ObjectNode ptp = plugins.addObject();
        ptp.put("type", "ptp");
        // What leaves the cluster is masqueraded by a table of our own: one rule, not one per pod.
        ptp.put("ipMasq", false);
        ptp.put("mtu", mtu);
        ObjectNode ipam = ptp.putObject("ipam");
        ipam.put("type", "host-local");
        ipam.put("dataDir", addresses.toString());
        ipam.putArray("ranges").addArray().addObject().put("subnet", podCidr);
        ipam.putArray("routes").addObject().put("dst", EVERYWHERE);

        ObjectNode hostPorts = plugins.addObject();
        hostPorts.put("type", "portmap");
        hostPorts.put("snat", true);
        hostPorts.putObject("capabilities").put("portMappings", true);

        if (bandwidth) {
            ObjectNode limits = plugins.addObject();
            limits.put("type", "bandwidth");
            limits.putObject("capabilities").put("bandwidth", true);
        }
        return list;
    }
}
