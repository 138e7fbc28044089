package io.felucca.api.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Random;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** The Services that every cluster has: {@code kubernetes} with its endpoints, and the DNS. */
@Component(
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CoreObjects implements BootstrapObjects {
    private final Config config;

    /** Of the cluster's configuration, what these objects hold. */
    public @interface Config {
        String service_cidr() default "10.96.0.0/12";

        String nodeport_range() default "30000-32767";

        String dns_ip() default "10.96.0.10";

        String node_ip();

        int api_port() default 6443;
    }

    @Activate
    public CoreObjects(Config config) {
        this.config = config;
    }

    @Override
    public List<ObjectNode> objects() {
        return List.of(service(), endpoints(), slice(), dns());
    }

    /** The address may change with the machine's; what nothing depends on is left alone. */
    @Override
    public ObjectNode reconcile(ObjectNode existing, ObjectNode wanted) {
        List<String> parts =
                switch (wanted.path("kind").asText()) {
                    case "Endpoints" -> List.of("subsets");
                    case "EndpointSlice" -> List.of("endpoints", "ports");
                    default -> List.of();
                };
        ObjectNode updated = existing.deepCopy();
        parts.forEach(part -> updated.set(part, wanted.get(part)));
        return updated.equals(existing) ? existing : updated;
    }

    private static ObjectNode object(String apiVersion, String kind, String space, String name) {
        ObjectNode object = Json.object();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.putObject("metadata").put("namespace", space).put("name", name);
        return object;
    }

    private ObjectNode service() {
        ObjectNode service = object("v1", "Service", "default", "kubernetes");
        labels(service).put("component", "apiserver").put("provider", "kubernetes");
        ObjectNode spec = service.putObject("spec");
        spec.put("type", "ClusterIP");
        String ip =
                new ServiceAllocator(
                                config.service_cidr(),
                                config.nodeport_range(),
                                config.dns_ip(),
                                new Random())
                        .firstIp();
        spec.put("clusterIP", ip);
        spec.putArray("clusterIPs").add(ip);
        spec.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("protocol", "TCP")
                .put("port", 443)
                .put("targetPort", config.api_port());
        return service;
    }

    private ObjectNode endpoints() {
        ObjectNode endpoints = object("v1", "Endpoints", "default", "kubernetes");
        // The slice below stands for it; nobody shall mirror it into a second one.
        labels(endpoints).put("endpointslice.kubernetes.io/skip-mirror", "true");
        ObjectNode subset = endpoints.putArray("subsets").addObject();
        subset.putArray("addresses").addObject().put("ip", config.node_ip());
        subset.putArray("ports").add(port());
        return endpoints;
    }

    private ObjectNode slice() {
        ObjectNode slice = object("discovery.k8s.io/v1", "EndpointSlice", "default", "kubernetes");
        labels(slice).put("kubernetes.io/service-name", "kubernetes");
        slice.put("addressType", config.node_ip().indexOf(':') >= 0 ? "IPv6" : "IPv4");
        ObjectNode endpoint = slice.putArray("endpoints").addObject();
        endpoint.putArray("addresses").add(config.node_ip());
        endpoint.putObject("conditions").put("ready", true);
        slice.putArray("ports").add(port());
        return slice;
    }

    private ObjectNode port() {
        return Json.object()
                .put("name", "https")
                .put("port", config.api_port())
                .put("protocol", "TCP");
    }

    private ObjectNode dns() {
        ObjectNode service = object("v1", "Service", "kube-system", "kube-dns");
        labels(service)
                .put("k8s-app", "kube-dns")
                .put("kubernetes.io/cluster-service", "true")
                .put("kubernetes.io/name", "FeluccaDNS");
        ObjectNode spec = service.putObject("spec");
        spec.put("clusterIP", config.dns_ip());
        spec.putArray("clusterIPs").add(config.dns_ip());
        spec.putArray("ports").add(dnsPort("dns", "UDP")).add(dnsPort("dns-tcp", "TCP"));
        return service;
    }

    private static ObjectNode dnsPort(String name, String protocol) {
        return Json.object()
                .put("name", name)
                .put("protocol", protocol)
                .put("port", 53)
                .put("targetPort", 53);
    }

    private static ObjectNode labels(ObjectNode object) {
        return object.withObject("/metadata").putObject("labels");
    }
}
