package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Values;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Gives Services their cluster IPs and node ports. Thread-safe as far as the generator is. */
final class ServiceAllocator {
    private final String cidr;
    private final long network;
    private final int size;
    private final int firstPort;
    private final int lastPort;
    private final String dnsIp;
    private final Band addresses;
    private final Band ports;

    /**
     * @param cidr the IPv4 network of cluster IPs
     * @param portRange such as {@code 30000-32767}
     * @param dnsIp kept for the cluster's DNS
     */
    ServiceAllocator(String cidr, String portRange, String dnsIp, RandomGenerator random) {
        this.cidr = cidr;
        int slash = cidr.indexOf('/');
        int hostBits = 32 - Integer.parseInt(cidr.substring(slash + 1));
        if (hostBits < 2 || hostBits > 20) {
            throw new IllegalArgumentException(
                    "service.cidr must be an IPv4 network between /12 and /30, not " + cidr);
        }
        this.network = number(cidr.substring(0, slash)) >>> hostBits << hostBits;
        this.size = 1 << hostBits;
        int dash = portRange.indexOf('-');
        this.firstPort = Integer.parseInt(portRange.substring(0, dash).trim());
        this.lastPort = Integer.parseInt(portRange.substring(dash + 1).trim());
        this.dnsIp = dnsIp;
        this.addresses = new Band(size, 16, 256, random);
        this.ports = new Band(lastPort - firstPort + 1, 32, 128, random);
    }

    /** The cluster IP of the {@code kubernetes} Service. */
    String firstIp() {
        return text(network + 1);
    }

    List<String> claim(ObjectNode service, ObjectNode old, Predicate<String> taken) {
        if (!(service.path("spec") instanceof ObjectNode spec)) {
            return List.of();
        }
        List<String> claims = new ArrayList<>();
        if (ServiceDefaults.hasClusterIp(spec) && !ServiceDefaults.isHeadless(spec)) {
            claims.add(clusterIp(service, spec, old, taken));
        }
        Set<Integer> own = new LinkedHashSet<>();
        if (ServiceDefaults.hasNodePorts(spec)
                || ServiceDefaults.type(spec).equals("LoadBalancer")) {
            nodePorts(service, spec, taken, own);
        }
        if (ServiceDefaults.needsHealthCheck(spec)) {
            healthCheck(service, spec, taken, own);
        }
        own.forEach(port -> claims.add(portClaim(port)));
        return claims;
    }

    private String clusterIp(
            ObjectNode service, ObjectNode spec, ObjectNode old, Predicate<String> taken) {
        String wanted = spec.path("clusterIP").asText("");
        if (wanted.isEmpty()) {
            int free = addresses.pick(offset -> isFree(offset, taken));
            if (free < 0) {
                throw ApiException.of(
                        StatusReason.InternalError,
                        "failed to allocate a serviceIP: range is full");
            }
            wanted = text(network + free);
            spec.put("clusterIP", wanted);
            spec.putArray("clusterIPs").add(wanted);
            return ipClaim(wanted);
        }
        boolean kept = old != null && old.path("spec").path("clusterIP").asText("").equals(wanted);
        if (!kept && !isUsable(wanted)) {
            throw badIp(
                    service,
                    wanted,
                    "the provided IP ("
                            + wanted
                            + ") is not in the valid range. The range of valid IPs is "
                            + cidr);
        }
        if (taken.test(ipClaim(wanted))) {
            throw badIp(service, wanted, "provided IP is already allocated");
        }
        return ipClaim(wanted);
    }

    /** Neither the network's nor the broadcast address, nor one that somebody else will claim. */
    private boolean isFree(int offset, Predicate<String> taken) {
        String ip = text(network + offset);
        return offset > 1 && offset < size - 1 && !ip.equals(dnsIp) && !taken.test(ipClaim(ip));
    }

    private boolean isUsable(String ip) {
        if (ip.indexOf(':') >= 0 || !Values.contains(cidr, ip)) {
            return false;
        }
        long offset = number(ip) - network;
        return offset > 0 && offset < size - 1;
    }

    private void nodePorts(
            ObjectNode service, ObjectNode spec, Predicate<String> taken, Set<Integer> own) {
        for (int i = 0; i < spec.path("ports").size(); i++) {
            int wanted = spec.path("ports").path(i).path("nodePort").asInt();
            if (wanted != 0) {
                explicit(service, "spec.ports[" + i + "].nodePort", wanted, taken);
                own.add(wanted);
            }
        }
        if (!ServiceDefaults.hasNodePorts(spec)) {
            return;
        }
        for (JsonNode port : spec.path("ports")) {
            if (port.path("nodePort").asInt() == 0 && port instanceof ObjectNode object) {
                int chosen = sibling(spec, port);
                chosen = chosen != 0 ? chosen : choose(taken, own);
                object.put("nodePort", chosen);
                own.add(chosen);
            }
        }
    }

    /** One number serves the same port over several protocols. */
    private static int sibling(JsonNode spec, JsonNode port) {
        for (JsonNode other : spec.path("ports")) {
            if (other.path("nodePort").asInt() != 0
                    && other.path("port").equals(port.path("port"))
                    && !other.path("protocol").equals(port.path("protocol"))) {
                return other.path("nodePort").asInt();
            }
        }
        return 0;
    }

    private void healthCheck(
            ObjectNode service, ObjectNode spec, Predicate<String> taken, Set<Integer> own) {
        int wanted = spec.path("healthCheckNodePort").asInt();
        if (wanted == 0) {
            wanted = choose(taken, own);
            spec.put("healthCheckNodePort", wanted);
        } else {
            explicit(service, "spec.healthCheckNodePort", wanted, taken);
        }
        own.add(wanted);
    }

    private void explicit(ObjectNode service, String path, int port, Predicate<String> taken) {
        if (port < firstPort || port > lastPort) {
            throw invalid(
                    service,
                    FieldError.invalid(
                            path,
                            port,
                            "provided port is not in the valid range. The range of valid ports is "
                                    + firstPort
                                    + "-"
                                    + lastPort));
        }
        if (taken.test(portClaim(port))) {
            throw invalid(
                    service, FieldError.invalid(path, port, "provided port is already allocated"));
        }
    }

    private int choose(Predicate<String> taken, Set<Integer> own) {
        int free =
                ports.pick(
                        offset ->
                                !own.contains(firstPort + offset)
                                        && !taken.test(portClaim(firstPort + offset)));
        if (free < 0) {
            throw ApiException.of(
                    StatusReason.InternalError, "failed to allocate a nodePort: range is full");
        }
        return firstPort + free;
    }

    private static ApiException badIp(ObjectNode service, String ip, String why) {
        return invalid(
                service,
                FieldError.invalid(
                        "spec.clusterIPs",
                        Json.mapper().createArrayNode().add(ip),
                        "failed to allocate IP " + ip + ": " + why));
    }

    private static ApiException invalid(ObjectNode service, FieldError error) {
        return ApiException.invalid("", "Service", Core.name(service), List.of(error));
    }

    private static String ipClaim(String ip) {
        return "clusterip/" + ip;
    }

    private static String portClaim(int port) {
        return "nodeport/" + port;
    }

    private static long number(String ip) {
        long number = 0;
        for (byte part : Values.address(ip).orElseThrow()) {
            number = number << 8 | (part & 0xff);
        }
        return number;
    }

    private static String text(long number) {
        return (number >> 24 & 0xff)
                + "."
                + (number >> 16 & 0xff)
                + "."
                + (number >> 8 & 0xff)
                + "."
                + (number & 0xff);
    }
}
