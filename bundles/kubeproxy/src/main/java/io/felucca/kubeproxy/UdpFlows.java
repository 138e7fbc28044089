package io.felucca.kubeproxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ends UDP flows that the kernel would go on sending where they went before: to an endpoint that is
 * gone, or to a service's own address from before it was served. Not thread-safe.
 */
final class UdpFlows {
    private static final Pattern FLOW =
            Pattern.compile(
                    "src=(\\S+) dst=(\\S+) sport=(\\d+) dport=(\\d+) .*?src=(\\S+) dst=\\S+"
                            + " sport=(\\d+) dport=\\d+");

    /** Above this, one look at all flows is cheaper than one for each. */
    private static final int LOOK_AT_EACH = 8;

    private final List<String> conntrack;
    private final Map<Frontend, Set<Endpoint>> known = new HashMap<>();

    /**
     * @param conntrack the command as it is to be started
     */
    UdpFlows(List<String> conntrack) {
        this.conntrack = List.copyOf(conntrack);
    }

    /**
     * @param client the sender's address
     * @param answering who answers, as the kernel has it: an endpoint if the flow was redirected
     */
    record Flow(String client, int clientPort, Frontend to, String answering, int answeringPort) {}

    /** The flows of a listing by {@code conntrack -L -p udp}. */
    static List<Flow> parse(String listing) {
        List<Flow> flows = new ArrayList<>();
        listing.lines()
                .forEach(
                        line -> {
                            Matcher match = FLOW.matcher(line);
                            if (match.find()) {
                                flows.add(
                                        new Flow(
                                                match.group(1),
                                                Integer.parseInt(match.group(3)),
                                                new Frontend(
                                                        match.group(2),
                                                        "udp",
                                                        Integer.parseInt(match.group(4))),
                                                match.group(5),
                                                Integer.parseInt(match.group(6))));
                            }
                        });
        return flows;
    }

    /** Whether a flow goes where none of the endpoints is. */
    static boolean stale(Flow flow, Set<Endpoint> endpoints) {
        return endpoints.stream()
                .noneMatch(
                        one ->
                                one.address().equals(flow.answering())
                                        && one.port() == flow.answeringPort());
    }

    /**
     * After the rules have changed.
     *
     * @param gone frontends that are no more
     * @param now frontends with their endpoints
     */
    void changed(Set<Frontend> gone, Map<Frontend, Set<Endpoint>> now)
            throws IOException, InterruptedException {
        Map<Frontend, Set<Endpoint>> look = new HashMap<>();
        for (Frontend one : gone) {
            if (known.containsKey(one)) {
                look.put(one, Set.of());
            }
        }
        now.forEach(
                (frontend, endpoints) -> {
                    Set<Endpoint> before = known.get(frontend);
                    if (before == null || !endpoints.containsAll(before)) {
                        look.put(frontend, endpoints);
                    }
                });
        if (!look.isEmpty()) {
            end(look);
        }
        gone.forEach(known::remove);
        known.putAll(now);
    }

    private void end(Map<Frontend, Set<Endpoint>> look) throws IOException, InterruptedException {
        StringBuilder listing = new StringBuilder();
        if (look.size() > LOOK_AT_EACH) {
            listing.append(run("-L", "-p", "udp"));
        } else {
            for (Frontend one : look.keySet()) {
                listing.append(
                        run("-L", "-p", "udp", "-d", one.address(), "--dport", "" + one.port()));
            }
        }
        for (Flow flow : parse(listing.toString())) {
            Set<Endpoint> endpoints = look.get(flow.to());
            if (endpoints != null && stale(flow, endpoints)) {
                // If it has ended by itself meanwhile, nothing is found; that is as good.
                run(
                        "-D",
                        "-p",
                        "udp",
                        "-s",
                        flow.client(),
                        "--sport",
                        "" + flow.clientPort(),
                        "-d",
                        flow.to().address(),
                        "--dport",
                        "" + flow.to().port());
            }
        }
    }

    private String run(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(conntrack);
        all.addAll(List.of(words));
        return Command.run(all).text();
    }
}
