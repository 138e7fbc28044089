package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.Values;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of a Service. */
final class ServiceRules {
    private static final List<String> TYPES =
            List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> SCOPES = List.of("Cluster", "Local");
    private static final int KUBELET_PORT = 10250;
    private static final int DAY = 86400;

    private ServiceRules() {}

    static List<FieldError> check(ObjectNode object) {
        Field service = Field.root(object);
        Field spec = service.at("spec");
        byType(spec);
        ports(spec);
        LabelRules.labels(spec.at("selector"));
        affinity(spec);
        spec.at("type").requireOneOf(TYPES);
        ClusterIpRules.check(spec);
        nodePorts(spec);
        externalIps(spec);
        loadBalancer(spec);
        traffic(spec);
        return service.problems();
    }

    private static void byType(Field spec) {
        boolean headless = ServiceDefaults.isHeadless(spec.node());
        String type = ServiceDefaults.type(spec.node());
        if (!spec.at("ports").filled() && !headless && !type.equals("ExternalName")) {
            spec.at("ports").required("");
        }
        switch (type) {
            case "LoadBalancer" -> {
                for (Field port : spec.at("ports").items()) {
                    if (port.at("port").number() == KUBELET_PORT) {
                        port.invalid(
                                KUBELET_PORT,
                                "may not expose port 10250 externally since it is used by kubelet");
                    }
                }
                notHeadless(spec, headless, type);
            }
            case "NodePort" -> notHeadless(spec, headless, type);
            case "ExternalName" -> externalName(spec);
            default -> {
                // A plain service may be headless or not.
            }
        }
    }

    private static void notHeadless(Field spec, boolean headless, String type) {
        if (headless) {
            spec.at("clusterIPs")
                    .at(0)
                    .invalid("None", "may not be set to 'None' for " + type + " services");
        }
    }

    private static void externalName(Field spec) {
        if (spec.at("clusterIPs").filled() || spec.at("clusterIP").filled()) {
            spec.at("clusterIPs").forbidden("may not be set for ExternalName services");
        }
        Field name = spec.at("externalName");
        if (name.require()) {
            String text = name.text();
            String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
            NameRules.dnsSubdomain(plain).forEach(name::invalid);
        }
    }

    private static void ports(Field spec) {
        List<Field> ports = spec.at("ports").items();
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (Field port : ports) {
            port(port, ports.size() > 1, names);
        }
        for (Field port : ports) {
            String key = port.text("protocol") + "/" + port.text("port");
            if (!numbers.add(key)) {
                ObjectNode shown = Json.object();
                shown.put("protocol", port.text("protocol"));
                shown.put("port", port.at("port").number());
                port.duplicate(shown);
            }
        }
    }

    private static void port(Field port, boolean needsName, Set<String> names) {
        Field name = port.at("name");
        if (needsName && !name.filled()) {
            name.required("");
        } else if (name.filled()) {
            name.follow(NameRules::dnsLabel);
            if (!names.add(name.text())) {
                name.duplicate();
            }
        }
        NameRules.portNumber(port.at("port").number())
                .forEach(message -> port.at("port").invalid(port.at("port").number(), message));
        port.at("protocol").requireOneOf(PROTOCOLS);
        Values.portNumberOrName(port.at("targetPort"));
        port.at("appProtocol").followIfSet(NameRules::qualifiedName);
    }

    private static void affinity(Field spec) {
        Field affinity = spec.at("sessionAffinity");
        boolean known = affinity.requireOneOf(List.of("ClientIP", "None"));
        Field config = spec.at("sessionAffinityConfig");
        if (known && affinity.text().equals("ClientIP")) {
            Field seconds = config.at("clientIP", "timeoutSeconds");
            if (!seconds.present()) {
                seconds.required("");
            } else if (seconds.number() <= 0 || seconds.number() > DAY) {
                seconds.invalid("must be greater than 0 and less than " + DAY);
            }
        } else if (known && config.filled()) {
            config.forbidden("must not be set when session affinity is None");
        }
    }

    private static void nodePorts(Field spec) {
        Set<String> seen = new HashSet<>();
        for (Field port : spec.at("ports").items()) {
            Field nodePort = port.at("nodePort");
            if (nodePort.number() == 0) {
                continue;
            }
            if (ServiceDefaults.type(spec.node()).equals("ClusterIP")) {
                nodePort.forbidden("may not be used when `type` is 'ClusterIP'");
            }
            if (!seen.add(port.text("protocol") + "/" + nodePort.number())) {
                nodePort.duplicate();
            }
        }
    }

    private static void externalIps(Field spec) {
        for (Field ip : spec.at("externalIPs").items()) {
            if (!ip.follow(Values::ip)) {
                continue;
            }
            String text = ip.text();
            if (text.equals("0.0.0.0") || text.equals("::")) {
                ip.invalid("may not be unspecified (" + text + ")");
            } else if (text.startsWith("127.") || text.equals("::1")) {
                ip.invalid("may not be in the loopback range (127.0.0.0/8, ::1/128)");
            } else if (text.startsWith("169.254.") || text.startsWith("fe80:")) {
                ip.invalid("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
            }
        }
    }

    private static void loadBalancer(Field spec) {
        boolean balanced = ServiceDefaults.type(spec.node()).equals("LoadBalancer");
        Field ranges = spec.at("loadBalancerSourceRanges");
        if (ranges.filled() && !balanced) {
            ranges.forbidden("may only be used when `type` is 'LoadBalancer'");
        }
        for (Field range : ranges.items()) {
            range.follow(Values::cidr);
        }
        Field allocate = spec.at("allocateLoadBalancerNodePorts");
        if (allocate.present() && !balanced) {
            allocate.forbidden("may only be used when `type` is 'LoadBalancer'");
        }
        Field className = spec.at("loadBalancerClass");
        if (className.present() && !balanced) {
            className.forbidden("may only be used when `type` is 'LoadBalancer'");
        } else if (className.present()) {
            className.follow(NameRules::qualifiedName);
        }
    }

    private static void traffic(Field spec) {
        Field external = spec.at("externalTrafficPolicy");
        if (!ServiceDefaults.isExternal(spec.node())) {
            if (external.filled()) {
                external.invalid("may only be set for externally-accessible services");
            }
        } else {
            external.requireOneOf(SCOPES);
        }
        Field health = spec.at("healthCheckNodePort");
        if (health.number() != 0 && !ServiceDefaults.needsHealthCheck(spec.node())) {
            health.invalid(
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is"
                            + " 'Local'");
        }
        spec.at("internalTrafficPolicy").oneOf(SCOPES);
        spec.at("trafficDistribution")
                .oneOf(List.of("PreferClose", "PreferSameNode", "PreferSameZone"));
    }

    static List<FieldError> checkUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        JsonNode was = old.path("spec");
        if (ServiceDefaults.hasClusterIp(was) && ServiceDefaults.hasClusterIp(spec.node())) {
            for (String name : List.of("clusterIPs", "ipFamilies")) {
                JsonNode first = was.path(name).path(0);
                if (!first.isMissingNode() && !first.equals(spec.at(name).node().path(0))) {
                    spec.at(name).at(0).invalid(spec.at(name).node(), "may not change once set");
                }
            }
        }
        if (was.hasNonNull("loadBalancerClass")
                && ServiceDefaults.type(spec.node()).equals("LoadBalancer")) {
            spec.at("loadBalancerClass")
                    .immutable(was.path("loadBalancerClass"), "may not change once set");
        }
        return spec.problems();
    }
}
