package io.felucca.kubeproxy;

import io.felucca.kubeproxy.Element.Container;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of the table. {@link #whole} makes it what it should be whatever an earlier run has
 * left, in one transaction, and keeps the remembered clients; {@link #update} changes elements
 * only.
 */
final class Table {
    private static final int MAX_CLIENTS = 65_536;
    private static final String FRONTEND_TYPE = "ipv4_addr . inet_proto . inet_service";
    private static final String FRONTEND = "ip daddr . meta l4proto . th dport";

    private final Settings settings;

    Table(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param anew whether to throw away the table that is there; needed only if an earlier build
     *     gave its maps other types
     */
    List<String> whole(Collection<Chain> chains, Collection<Element> elements, boolean anew) {
        List<String> script = new ArrayList<>();
        script.add("add table ip " + settings.table());
        script.add((anew ? "delete" : "flush") + " table ip " + settings.table());
        if (anew) {
            script.add("add table ip " + settings.table());
        }
        containers(script);
        base(script);
        // First all chains, then their rules: some go to others.
        chains.forEach(chain -> script.add(add("chain", chain.name())));
        chains.forEach(chain -> fill(script, chain));
        elements(script, "add", elements);
        return script;
    }

    List<String> update(Collection<Chain> newChains, Elements.Change change) {
        List<String> script = new ArrayList<>();
        newChains.forEach(chain -> script.add(add("chain", chain.name())));
        for (Chain chain : newChains) {
            script.add("flush chain ip " + settings.table() + " " + chain.name());
            fill(script, chain);
        }
        elements(script, "delete", change.removed());
        elements(script, "add", change.added());
        return script;
    }

    private void containers(List<String> script) {
        map(script, Container.SERVICES, FRONTEND_TYPE + " : verdict");
        map(script, Container.ENDPOINTS, FRONTEND_TYPE + " . mark : ipv4_addr . inet_service");
        map(script, Container.LASTING, FRONTEND_TYPE + " . mark : mark");
        map(script, Container.REFUSED, FRONTEND_TYPE + " : verdict");
        set(script, Container.HAIRPIN, "ipv4_addr . ipv4_addr;");
        set(script, Container.GUARDED, FRONTEND_TYPE + ";");
        set(script, Container.ALLOWED, FRONTEND_TYPE + " . ipv4_addr; flags interval;");
        script.add(
                add(
                        "map",
                        "clients { type ipv4_addr . %s : mark; size %d; flags dynamic,timeout; }"
                                .formatted(FRONTEND_TYPE, MAX_CLIENTS)));
    }

    private void map(List<String> script, Container container, String type) {
        script.add(add("map", container.text() + " { type " + type + "; }"));
        script.add("flush map ip " + settings.table() + " " + container.text());
    }

    private void set(List<String> script, Container container, String type) {
        script.add(add("set", container.text() + " { type " + type + " }"));
        script.add("flush set ip " + settings.table() + " " + container.text());
    }

    private void base(List<String> script) {
        // The kernel limits how often it sends ICMP to one client, but not resets.
        chain(script, "refusal", "meta l4proto tcp reject with tcp reset", "reject");
        chain(script, "guard", FRONTEND + " . ip saddr @allowed return", "drop");
        chain(script, "dispatch", FRONTEND + " @guarded jump guard", FRONTEND + " vmap @services");
        hook(script, "prerouting", "nat hook prerouting priority -100", "jump dispatch");
        hook(script, "output", "nat hook output priority -100", "jump dispatch");
        // What the node itself sends has an address that answers find, save on loopback.
        String foreign = "ct status dnat fib saddr type != local ";
        hook(
                script,
                "postrouting",
                "nat hook postrouting priority 100",
                "ct status dnat ip saddr . ip daddr @hairpin masquerade",
                "ct status dnat ip saddr 127.0.0.0/8 oifname != \"lo\" masquerade",
                foreign + "meta mark and %1$d == %1$d masquerade".formatted(Chooser.MASQUERADE),
                foreign
                        + "ct original ip daddr %s ip saddr != %s masquerade"
                                .formatted(settings.serviceCidr(), settings.podCidr()));
        // Node ports on loopback need route_localnet, which alone would let neighbours in.
        hook(
                script,
                "neighbours",
                "filter hook prerouting priority -300",
                "iifname != \"lo\" ip daddr 127.0.0.0/8 drop");
        chain(
                script,
                "unserved",
                FRONTEND + " vmap @refused",
                "ip daddr " + settings.serviceCidr() + " goto refusal");
        hook(script, "forward_unserved", "filter hook forward priority 0", "jump unserved");
        hook(script, "input_unserved", "filter hook input priority 0", "jump unserved");
        hook(script, "output_unserved", "filter hook output priority 0", "jump unserved");
    }

    private void hook(List<String> script, String name, String where, String... rules) {
        script.add(add("chain", name + " { type " + where + "; }"));
        fill(script, new Chain(name, List.of(rules)));
    }

    private void chain(List<String> script, String name, String... rules) {
        script.add(add("chain", name));
        fill(script, new Chain(name, List.of(rules)));
    }

    private void fill(List<String> script, Chain chain) {
        for (String rule : chain.rules()) {
            script.add(add("rule", chain.name() + " " + rule));
        }
    }

    private void elements(List<String> script, String verb, Collection<Element> elements) {
        Elements.grouped(elements)
                .forEach(
                        (container, group) ->
                                script.add(
                                        verb
                                                + " element ip "
                                                + settings.table()
                                                + " "
                                                + container.text()
                                                + " { "
                                                + group.stream()
                                                        .map(Element::text)
                                                        .collect(Collectors.joining(", "))
                                                + " }"));
    }

    private String add(String what, String rest) {
        return "add " + what + " ip " + settings.table() + " " + rest;
    }
}
