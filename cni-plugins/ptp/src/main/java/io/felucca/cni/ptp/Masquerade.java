package io.felucca.cni.ptp;

/** The nftables table that gives pods' traffic to the outside the node's address. */
final class Masquerade {
    private Masquerade() {}

    /**
     * A script that makes or replaces the table in one step.
     *
     * @param podCidr the node's own range of pod addresses
     * @param clusterPods the whole cluster's
     */
    static String script(String table, String podCidr, String clusterPods, String services) {
        return """
        add table ip %1$s
        flush table ip %1$s
        add chain ip %1$s postrouting { type nat hook postrouting priority srcnat; }
        add rule ip %1$s postrouting ip saddr %2$s ip daddr != %3$s ip daddr != %4$s ip daddr != 224.0.0.0/4 masquerade
        """
                .formatted(table, podCidr, clusterPods, services);
    }
}
