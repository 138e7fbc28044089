package io.felucca.kubeproxy;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Selectors;
import io.felucca.kubeproxy.Chooser.Path;
import io.felucca.kubeproxy.Element.Container;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What one service needs in the table.
 *
 * @param udp of each UDP frontend the endpoints that a flow may stay with
 * @param unsupported ports whose protocol is not carried, such as {@code 9000/SCTP}
 */
record ServiceRules(
        Set<Element> elements,
        Set<Chain> chains,
        Map<Frontend, Set<Endpoint>> udp,
        List<String> unsupported) {
    static final ServiceRules NONE = new ServiceRules(Set.of(), Set.of(), Map.of(), List.of());

    private static final String LOOPBACK = "127.0.0.1";
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    /** The rules of a service that exists. */
    static ServiceRules of(Service service, Collection<EndpointSlice> slices, Settings settings) {
        ServiceSpec spec = service.getSpec();
        if (spec == null
                || "ExternalName".equals(spec.getType())
                || "None".equals(spec.getClusterIP())
                // Another implementation was asked for by this label.
                || Selectors.labels(service)
                        .containsKey("service.kubernetes.io/service-proxy-name")) {
            return NONE;
        }
        Draft draft = new Draft(service, settings);
        for (ServicePort port : spec.getPorts()) {
            String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
            if (!protocol.equals("TCP") && !protocol.equals("UDP")) {
                draft.unsupported.add(port.getPort() + "/" + protocol);
                continue;
            }
            String name = port.getName() == null ? "" : port.getName();
            draft.add(port, protocol, Backends.of(slices, name, protocol, settings.nodeName()));
        }
        return new ServiceRules(draft.elements, draft.chains, draft.udp, draft.unsupported);
    }

    /** The rules while they are put together. */
    private static final class Draft {
        final Set<Element> elements = new LinkedHashSet<>();
        final Set<Chain> chains = new LinkedHashSet<>();
        final Map<Frontend, Set<Endpoint>> udp = new LinkedHashMap<>();
        final List<String> unsupported = new ArrayList<>();
        private final Service service;
        private final ServiceSpec spec;
        private final Settings settings;
        private final int sticky;

        Draft(Service service, Settings settings) {
            this.service = service;
            this.spec = service.getSpec();
            this.settings = settings;
            this.sticky = "ClientIP".equals(spec.getSessionAffinity()) ? affinity(spec) : 0;
        }

        private static int affinity(ServiceSpec spec) {
            var config = spec.getSessionAffinityConfig();
            return config == null
                            || config.getClientIP() == null
                            || config.getClientIP().getTimeoutSeconds() == null
                    ? DEFAULT_AFFINITY_SECONDS
                    : config.getClientIP().getTimeoutSeconds();
        }

        void add(ServicePort port, String upper, Backends backends) {
            String protocol = upper.toLowerCase(Locale.ROOT);
            for (String address : clusterAddresses()) {
                inside(new Frontend(address, protocol, port.getPort()), backends);
            }
            for (String address : spec.getExternalIPs()) {
                outside(new Frontend(address, protocol, port.getPort()), backends);
            }
            for (String address : balancerAddresses()) {
                Frontend frontend = new Frontend(address, protocol, port.getPort());
                outside(frontend, backends);
                guard(frontend);
            }
            if (port.getNodePort() != null && port.getNodePort() > 0) {
                for (String address :
                        new LinkedHashSet<>(List.of(settings.nodeAddress(), LOOPBACK))) {
                    outside(new Frontend(address, protocol, port.getNodePort()), backends);
                }
            }
            for (Endpoint endpoint : backends.here()) {
                elements.add(
                        Element.in(
                                Container.HAIRPIN,
                                endpoint.address() + " . " + endpoint.address()));
            }
        }

        private List<String> clusterAddresses() {
            List<String> all =
                    spec.getClusterIPs() == null || spec.getClusterIPs().isEmpty()
                            ? List.of(spec.getClusterIP() == null ? "" : spec.getClusterIP())
                            : spec.getClusterIPs();
            return all.stream().filter(Addresses::isIpv4).toList();
        }

        private List<String> balancerAddresses() {
            if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
                return List.of();
            }
            return service.getStatus().getLoadBalancer().getIngress().stream()
                    // With "Proxy" the balancer speaks to the node ports.
                    .filter(one -> !"Proxy".equals(one.getIpMode()))
                    .map(LoadBalancerIngress::getIp)
                    .filter(Addresses::isIpv4)
                    .toList();
        }

        private void inside(Frontend frontend, Backends backends) {
            boolean local = "Local".equals(spec.getInternalTrafficPolicy());
            List<Endpoint> chosen = local ? backends.here() : backends.anywhere();
            if (!chosen.isEmpty()) {
                serve(frontend, Chain.of(choose(frontend, chosen, Path.INSIDE)), chosen);
            } else if (!backends.anywhere().isEmpty()) {
                refuse(frontend, "drop");
            }
            // Otherwise nothing: what is sent to an unserved cluster address is refused by a rule.
        }

        private void outside(Frontend frontend, Backends backends) {
            if (!Addresses.isIpv4(frontend.address())) {
                return;
            }
            if (backends.anywhere().isEmpty()) {
                refuse(frontend, "goto refusal");
                return;
            }
            if (!"Local".equals(spec.getExternalTrafficPolicy())) {
                Chooser any = choose(frontend, backends.anywhere(), Path.OUTSIDE);
                serve(frontend, Chain.of(any), backends.anywhere());
                return;
            }
            Chooser any = choose(frontend, backends.anywhere(), Path.INSIDE);
            Chooser here = null;
            if (backends.here().isEmpty()) {
                refuse(frontend, "drop");
            } else {
                here = choose(frontend, backends.here(), Path.LOCAL);
            }
            serve(frontend, Chain.split(any, here, settings.podCidr()), backends.anywhere());
        }

        private void serve(Frontend frontend, Chain chain, List<Endpoint> endpoints) {
            chains.add(chain);
            elements.add(new Element(Container.SERVICES, frontend.text(), "goto " + chain.name()));
            if (frontend.protocol().equals("udp")) {
                udp.put(frontend, Set.copyOf(endpoints));
            }
        }

        private void refuse(Frontend frontend, String verdict) {
            elements.add(new Element(Container.REFUSED, frontend.text(), verdict));
        }

        private Chooser choose(Frontend frontend, List<Endpoint> endpoints, Path path) {
            Set<Integer> lastingMarks = new LinkedHashSet<>();
            int mark = path.offset();
            for (Endpoint endpoint : endpoints) {
                String drawn = frontend.text() + " . " + mark++;
                if (sticky == 0) {
                    elements.add(new Element(Container.ENDPOINTS, drawn, endpoint.text()));
                } else {
                    String lasting = LastingMark.of(endpoint, path, lastingMarks);
                    elements.add(new Element(Container.LASTING, drawn, lasting));
                    elements.add(
                            new Element(
                                    Container.ENDPOINTS,
                                    frontend.text() + " . " + lasting,
                                    endpoint.text()));
                }
            }
            Chooser chooser = new Chooser(endpoints.size(), path, sticky);
            chains.add(Chain.of(chooser));
            return chooser;
        }

        private void guard(Frontend frontend) {
            List<String> ranges = Addresses.widest(spec.getLoadBalancerSourceRanges());
            if (!spec.getLoadBalancerSourceRanges().isEmpty()) {
                elements.add(Element.in(Container.GUARDED, frontend.text()));
            }
            for (String range : ranges) {
                elements.add(Element.in(Container.ALLOWED, frontend.text() + " . " + range));
            }
        }
    }
}
