package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Quantity;
import java.util.Map;
import java.util.Set;

/** Services, their node ports and their load balancers. */
final class ServiceEvaluator implements Evaluator {
    private static final String SERVICES = "services";
    private static final String COUNT = Evaluators.COUNT + SERVICES;
    private static final String NODE_PORTS = "services.nodeports";
    private static final String LOAD_BALANCERS = "services.loadbalancers";
    private static final Set<String> NAMES = Set.of(SERVICES, COUNT, NODE_PORTS, LOAD_BALANCERS);

    @Override
    public boolean counts(String name) {
        return NAMES.contains(name);
    }

    @Override
    public boolean watchesUpdates() {
        return true;
    }

    @Override
    public Amounts usage(JsonNode service) {
        boolean isBalanced = service.path("spec").path("type").asText().equals("LoadBalancer");
        return new Amounts(
                Map.of(
                        SERVICES,
                        Evaluators.ONE,
                        COUNT,
                        Evaluators.ONE,
                        LOAD_BALANCERS,
                        Quantity.of(isBalanced ? 1 : 0),
                        NODE_PORTS,
                        Quantity.of(nodePorts(service.path("spec")))));
    }

    private static long nodePorts(JsonNode spec) {
        long ports = spec.path("ports").size();
        return switch (spec.path("type").asText()) {
            case "NodePort" -> ports;
            case "LoadBalancer" ->
                    spec.path("allocateLoadBalancerNodePorts").asBoolean(true)
                            ? ports
                            : asked(spec.path("ports"));
            default -> 0;
        };
    }

    /** Ports that were asked for by number count also where none are allocated. */
    private static long asked(JsonNode ports) {
        long asked = 0;
        for (JsonNode port : ports) {
            asked += port.path("nodePort").asInt() == 0 ? 0 : 1;
        }
        return asked;
    }
}
