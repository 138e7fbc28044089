package io.felucca.kubeproxy;

import java.util.List;

/**
 * A chain that chooses among a number of endpoints by setting the packet's mark. Its name says all
 * about it, so services of the same size share it, and it never changes.
 *
 * @param count of endpoints, at least 1
 * @param sticky for how many seconds a client keeps its endpoint; 0 for not at all
 */
record Chooser(int count, Path path, int sticky) {

    /** Which way traffic comes; marks of different ways never meet. */
    enum Path {
        /** To a cluster address. */
        INSIDE("", 0),
        /** To an outer address, to endpoints of this node only; the client's address is kept. */
        LOCAL("_local", 0x10000),
        /** To an outer address; answers must come back this way, so the node's address is used. */
        OUTSIDE("_outside", MASQUERADE);

        private final String suffix;
        private final int offset;

        Path(String suffix, int offset) {
            this.suffix = suffix;
            this.offset = offset;
        }

        int offset() {
            return offset;
        }
    }

    /** The bit of a packet's mark that asks for masquerading. */
    static final int MASQUERADE = 0x20000;

    private static final String FRONTEND = "ip daddr . meta l4proto . th dport";
    private static final String CLIENT = "ip saddr . " + FRONTEND;
    private static final String GO = "dnat to " + FRONTEND + " . meta mark map @endpoints";

    String name() {
        return "to_" + count + path.suffix + (sticky == 0 ? "" : "_for_" + sticky);
    }

    List<String> rules() {
        String random =
                "meta mark set numgen random mod "
                        + count
                        + (path.offset == 0 ? "" : " offset " + path.offset);
        if (sticky == 0) {
            return List.of(random, GO);
        }
        String remember = "update @clients { " + CLIENT + " timeout " + sticky + "s : meta mark }";
        return List.of(
                "meta mark set 0",
                "meta mark set " + CLIENT + " map @clients",
                "meta mark != 0 " + remember,
                GO,
                // Still here: the client is new, or the endpoint it had is gone.
                "delete @clients { " + CLIENT + " : meta mark }",
                random,
                "meta mark set " + FRONTEND + " . meta mark map @lasting",
                remember,
                GO);
    }
}
