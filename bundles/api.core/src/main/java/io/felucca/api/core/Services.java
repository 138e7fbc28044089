package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import io.felucca.machinery.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** {@code services} with status and proxy. */
final class Services implements Strategy {
    private final ServiceAllocator allocator;

    Services(ServiceAllocator allocator) {
        this.allocator = allocator;
    }

    ResourceDefinition definition() {
        return Core.resource("Service", "services")
                .shortNames("svc")
                .categories("all")
                .strategy(this)
                .subresource(Core.status("Service"))
                .subresource(
                        new Subresource(
                                "proxy",
                                Core.kind("ServiceProxyOptions"),
                                Schema.ANY,
                                Set.of(Verb.CREATE, Verb.DELETE, Verb.GET, Verb.PATCH, Verb.UPDATE),
                                new Subresource.Connect()))
                .columns(
                        Column.string("Type", svc -> svc.at("/spec/type").asText()),
                        Column.string("Cluster-IP", Services::clusterIp),
                        Column.string("External-IP", Services::externalIp),
                        Column.string("Port(s)", Services::ports),
                        Column.AGE,
                        Column.string("Selector", svc -> Cells.labels(svc.at("/spec/selector")))
                                .wide())
                .build();
    }

    private static Object clusterIp(JsonNode service) {
        String first = service.at("/spec/clusterIPs/0").asText("");
        return first.isEmpty() ? Cells.text(service, "/spec/clusterIP", "<none>") : first;
    }

    private static Object externalIp(JsonNode service) {
        JsonNode spec = service.path("spec");
        Set<String> ips = new LinkedHashSet<>();
        if (ServiceDefaults.type(spec).equals("ExternalName")) {
            return spec.path("externalName").asText();
        }
        if (ServiceDefaults.type(spec).equals("LoadBalancer")) {
            for (JsonNode ingress : service.at("/status/loadBalancer/ingress")) {
                String ip = ingress.path("ip").asText("");
                ips.add(ip.isEmpty() ? ingress.path("hostname").asText("") : ip);
            }
        }
        spec.path("externalIPs").forEach(ip -> ips.add(ip.asText()));
        if (!ips.isEmpty()) {
            return String.join(",", ips);
        }
        return ServiceDefaults.type(spec).equals("LoadBalancer") ? "<pending>" : "<none>";
    }

    private static Object ports(JsonNode service) {
        List<String> texts = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            int nodePort = port.path("nodePort").asInt();
            texts.add(
                    port.path("port").asInt()
                            + (nodePort == 0 ? "" : ":" + nodePort)
                            + "/"
                            + port.path("protocol").asText());
        }
        return texts.isEmpty() ? "<none>" : String.join(",", texts);
    }

    @Override
    public void defaults(ObjectNode object) {
        if (object.path("spec") instanceof ObjectNode spec) {
            ServiceDefaults.apply(spec);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        if (object.path("spec") instanceof ObjectNode spec) {
            ServiceDefaults.families(spec);
        }
        object.putObject("status").putObject("loadBalancer");
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        if (object.path("spec") instanceof ObjectNode spec) {
            ServiceDefaults.keepAllocated(spec, old.path("spec"));
            ServiceDefaults.dropForeign(spec, old.path("spec"));
            ServiceDefaults.families(spec);
        }
    }

    @Override
    public List<String> nameProblems(String name, boolean isPrefix) {
        return NameRules.dns1035Label(name, isPrefix);
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        return ServiceRules.check(object);
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        return ServiceRules.checkUpdate(object, old);
    }

    @Override
    public List<String> claim(ObjectNode object, ObjectNode old, Predicate<String> taken) {
        return allocator.claim(object, old, taken);
    }
}
