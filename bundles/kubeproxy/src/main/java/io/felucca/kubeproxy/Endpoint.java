package io.felucca.kubeproxy;

import java.util.Comparator;

/** Where a connection can go: an IPv4 address and a port, on this node or elsewhere. */
record Endpoint(String address, int port, boolean onThisNode) implements Comparable<Endpoint> {
    private static final Comparator<Endpoint> ORDER =
            Comparator.comparing(Endpoint::address).thenComparing(Endpoint::port);

    @Override
    public int compareTo(Endpoint other) {
        return ORDER.compare(this, other);
    }

    /** As it is written in a map. */
    String text() {
        return address + " . " + port;
    }
}
