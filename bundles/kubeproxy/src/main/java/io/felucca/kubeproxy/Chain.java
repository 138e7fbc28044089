package io.felucca.kubeproxy;

import java.util.List;

/** A chain that services go to. Its name says all about it, so it never changes. */
record Chain(String name, List<String> rules) {
    Chain {
        rules = List.copyOf(rules);
    }

    static Chain of(Chooser chooser) {
        return new Chain(chooser.name(), chooser.rules());
    }

    /**
     * For an outer address whose traffic from outside stays on this node; what comes from this node
     * or its cluster may go to any endpoint.
     *
     * @param here null if this node has no endpoint; the packet then meets the refusing chain
     */
    static Chain split(Chooser anywhere, Chooser here, String podCidr) {
        String inside = " goto " + anywhere.name();
        List<String> rules =
                List.of("ip saddr " + podCidr + inside, "fib saddr type local" + inside);
        if (here == null) {
            return new Chain("split_" + anywhere.name() + "_or_none", rules);
        }
        return new Chain(
                "split_" + anywhere.name() + "_or_" + here.name(),
                List.of(rules.get(0), rules.get(1), "goto " + here.name()));
    }
}
