package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a Service gets when it does not say, and what it keeps when it is written again. */
final class ServiceDefaults {
    private static final int AFFINITY_SECONDS = 10800;

    private ServiceDefaults() {}

    static String type(JsonNode spec) {
        return spec.path("type").asText("ClusterIP");
    }

    static boolean isHeadless(JsonNode spec) {
        return spec.path("clusterIP").asText("").equals("None")
                || spec.path("clusterIPs").path(0).asText("").equals("None");
    }

    static boolean hasClusterIp(JsonNode spec) {
        return !type(spec).equals("ExternalName");
    }

    static boolean hasNodePorts(JsonNode spec) {
        return type(spec).equals("NodePort")
                || (type(spec).equals("LoadBalancer")
                        && spec.path("allocateLoadBalancerNodePorts").asBoolean(true));
    }

    static boolean isExternal(JsonNode spec) {
        return type(spec).equals("NodePort")
                || type(spec).equals("LoadBalancer")
                || (type(spec).equals("ClusterIP") && !spec.path("externalIPs").isEmpty());
    }

    static void apply(ObjectNode spec) {
        for (JsonNode port : spec.path("ports")) {
            boolean unset =
                    port.path("targetPort").asText("").isEmpty()
                            || port.path("targetPort").asText().equals("0");
            if (unset && port instanceof ObjectNode object && port.hasNonNull("port")) {
                object.set("targetPort", port.get("port"));
            }
        }
        affinity(spec);
        if (!type(spec).equals("ExternalName")) {
            putIfUnset(spec, "internalTrafficPolicy", "Cluster");
        }
        if (isExternal(spec)) {
            putIfUnset(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type(spec).equals("LoadBalancer")
                && !spec.hasNonNull("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
    }

    private static void affinity(ObjectNode spec) {
        if (!spec.path("sessionAffinity").asText().equals("ClientIP")) {
            return;
        }
        ObjectNode client = spec.withObject("/sessionAffinityConfig/clientIP");
        if (!client.hasNonNull("timeoutSeconds")) {
            client.put("timeoutSeconds", AFFINITY_SECONDS);
        }
    }

    /** The two ways to write the cluster IP, and the families. */
    static void families(ObjectNode spec) {
        if (!hasClusterIp(spec)) {
            return;
        }
        String single = spec.path("clusterIP").asText("");
        if (!single.isEmpty() && spec.path("clusterIPs").isEmpty()) {
            spec.putArray("clusterIPs").add(single);
        } else if (single.isEmpty() && !spec.path("clusterIPs").isEmpty()) {
            spec.put("clusterIP", spec.path("clusterIPs").path(0).asText());
        }
        // Without a selector nobody knows which families the endpoints will have.
        boolean both = isHeadless(spec) && spec.path("selector").isEmpty();
        boolean anyFamily = spec.path("ipFamilies").isEmpty();
        if (!spec.hasNonNull("ipFamilyPolicy")) {
            boolean two = spec.path("ipFamilies").size() > 1 || (both && anyFamily);
            spec.put("ipFamilyPolicy", two ? "RequireDualStack" : "SingleStack");
        }
        if (anyFamily) {
            ArrayNode families = spec.putArray("ipFamilies").add("IPv4");
            if (both && !spec.path("ipFamilyPolicy").asText().equals("SingleStack")) {
                families.add("IPv6");
            }
        }
    }

    /** A client that leaves out what was chosen for it wants to keep it. */
    static void keepAllocated(ObjectNode spec, JsonNode old) {
        if (hasClusterIp(spec) && hasClusterIp(old)) {
            boolean touched =
                    !spec.path("clusterIP").asText("").isEmpty()
                            && !spec.path("clusterIP").equals(old.path("clusterIP"));
            if (touched && spec.path("clusterIPs").equals(old.path("clusterIPs"))) {
                spec.putArray("clusterIPs").add(spec.path("clusterIP").asText());
            }
            if (spec.path("clusterIP").asText("").isEmpty()
                    && (spec.path("clusterIPs").isEmpty()
                            || spec.path("clusterIPs").equals(old.path("clusterIPs")))) {
                copy(spec, old, "clusterIP");
                copy(spec, old, "clusterIPs");
            }
            for (String name : List.of("ipFamilies", "ipFamilyPolicy")) {
                if (!spec.hasNonNull(name)) {
                    copy(spec, old, name);
                }
            }
        }
        if (hasNodePorts(spec) && hasNodePorts(old)) {
            keepNodePorts(spec, old);
        }
        if (needsHealthCheck(spec)
                && needsHealthCheck(old)
                && spec.path("healthCheckNodePort").asInt() == 0) {
            copy(spec, old, "healthCheckNodePort");
        }
    }

    private static void keepNodePorts(ObjectNode spec, JsonNode old) {
        for (JsonNode port : spec.path("ports")) {
            if (port.path("nodePort").asInt() != 0 || !(port instanceof ObjectNode object)) {
                continue;
            }
            for (JsonNode was : old.path("ports")) {
                boolean same =
                        was.path("port").equals(port.path("port"))
                                && was.path("protocol").equals(port.path("protocol"));
                if (same && was.path("nodePort").asInt() != 0 && !uses(spec, was)) {
                    object.set("nodePort", was.get("nodePort"));
                    break;
                }
            }
        }
    }

    private static boolean uses(JsonNode spec, JsonNode port) {
        for (JsonNode other : spec.path("ports")) {
            if (other.path("nodePort").asInt() == port.path("nodePort").asInt()
                    && other.path("protocol").equals(port.path("protocol"))) {
                return true;
            }
        }
        return false;
    }

    /** What the new type can't have goes, unless the client has set it to something new. */
    static void dropForeign(ObjectNode spec, JsonNode old) {
        if (!hasClusterIp(spec) && hasClusterIp(old)) {
            for (String name : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
                removeIfSame(spec, old, name);
            }
        }
        if (!hasNodePorts(spec) && hasNodePorts(old)) {
            for (JsonNode port : spec.path("ports")) {
                if (port instanceof ObjectNode object && uses(old, port)) {
                    object.remove("nodePort");
                }
            }
        }
        if (!isExternal(spec) && isExternal(old)) {
            removeIfSame(spec, old, "externalTrafficPolicy");
        }
        if (!needsHealthCheck(spec) && needsHealthCheck(old)) {
            removeIfSame(spec, old, "healthCheckNodePort");
        }
        if (!type(spec).equals("LoadBalancer") && type(old).equals("LoadBalancer")) {
            removeIfSame(spec, old, "allocateLoadBalancerNodePorts");
            removeIfSame(spec, old, "loadBalancerClass");
        }
        if (type(spec).equals("ExternalName")) {
            removeIfSame(spec, old, "internalTrafficPolicy");
        }
        if (spec.path("sessionAffinity").asText().equals("None")) {
            removeIfSame(spec, old, "sessionAffinityConfig");
        }
    }

    static boolean needsHealthCheck(JsonNode spec) {
        return type(spec).equals("LoadBalancer")
                && spec.path("externalTrafficPolicy").asText().equals("Local");
    }

    private static void putIfUnset(ObjectNode spec, String name, String value) {
        if (spec.path(name).asText("").isEmpty()) {
            spec.put(name, value);
        }
    }

    private static void copy(ObjectNode to, JsonNode from, String name) {
        if (from.hasNonNull(name)) {
            to.set(name, from.get(name).deepCopy());
        } else {
            to.remove(name);
        }
    }

    private static void removeIfSame(ObjectNode spec, JsonNode old, String name) {
        if (spec.path(name).equals(old.path(name))) {
            spec.remove(name);
        }
    }
}
