package io.felucca.kubeproxy;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The endpoints that a service port's traffic may go to, each list sorted.
 *
 * @param anywhere of the whole cluster
 * @param here of this node
 */
record Backends(List<Endpoint> anywhere, List<Endpoint> here) {
    private static final String DEFAULT_PROTOCOL = "TCP";

    /** An endpoint with what is known of its state. */
    private record Candidate(Endpoint endpoint, boolean ready, boolean lastResort) {}

    /**
     * Those that are ready; if there is none, those that are terminating but still serving (KEP
     * 1669). This is decided for the cluster and for the node separately.
     *
     * @param portName empty for a port without a name
     */
    static Backends of(
            Collection<EndpointSlice> slices, String portName, String protocol, String nodeName) {
        Set<Candidate> all = new java.util.LinkedHashSet<>();
        for (EndpointSlice slice : slices) {
            if (!"IPv4".equals(slice.getAddressType())) {
                continue;
            }
            for (EndpointPort port : slice.getPorts()) {
                if (port.getPort() != null
                        && portName.equals(port.getName() == null ? "" : port.getName())
                        && protocol.equals(
                                port.getProtocol() == null
                                        ? DEFAULT_PROTOCOL
                                        : port.getProtocol())) {
                    collect(slice, port.getPort(), nodeName, all);
                }
            }
        }
        return new Backends(
                choose(all, one -> true), choose(all, one -> one.endpoint().onThisNode()));
    }

    private static void collect(
            EndpointSlice slice, int port, String nodeName, Set<Candidate> into) {
        for (var endpoint : slice.getEndpoints()) {
            EndpointConditions state = endpoint.getConditions();
            // What is not said counts as ready and as serving, but not as terminating.
            boolean ready = state == null || !Boolean.FALSE.equals(state.getReady());
            boolean lastResort =
                    state != null
                            && !Boolean.FALSE.equals(state.getServing())
                            && Boolean.TRUE.equals(state.getTerminating());
            boolean here = nodeName.equals(endpoint.getNodeName());
            // All addresses of an endpoint are the same thing; the first one stands for it.
            endpoint.getAddresses().stream()
                    .limit(1)
                    .map(address -> new Endpoint(address, port, here))
                    .forEach(one -> into.add(new Candidate(one, ready, lastResort)));
        }
    }

    private static List<Endpoint> choose(Set<Candidate> all, Predicate<Candidate> wanted) {
        Set<Endpoint> chosen = new TreeSet<>();
        all.stream()
                .filter(wanted)
                .filter(Candidate::ready)
                .forEach(one -> chosen.add(one.endpoint()));
        if (chosen.isEmpty()) {
            all.stream()
                    .filter(wanted)
                    .filter(Candidate::lastResort)
                    .forEach(one -> chosen.add(one.endpoint()));
        }
        return List.copyOf(chosen);
    }
}
