package io.felucca.api.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Notices;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.ArrayList;
import java.util.List;

/** {@code ingresses} with status. */
final class Ingresses implements Strategy {
    private static final int MOST_SHOWN = 3;
    private static final int MAX_CLASS_NAME = 253;

    static ResourceDefinition definition() {
        return NetworkingGroup.resource("v1", "Ingress", "ingresses")
                .shortNames("ing")
                .strategy(new Ingresses())
                .subresource(NetworkingGroup.status("v1", "Ingress"))
                .columns(
                        Column.string("Class", Ingresses::className),
                        Column.string("Hosts", Ingresses::hosts),
                        Column.string("Address", Ingresses::address),
                        Column.string(
                                "Ports",
                                ingress -> ingress.at("/spec/tls").isEmpty() ? "80" : "80, 443"),
                        Column.AGE)
                .build();
    }

    private static Object className(JsonNode ingress) {
        String old =
                ingress.path("metadata")
                        .path("annotations")
                        .path("kubernetes.io/ingress.class")
                        .asText("");
        return Cells.text(ingress, "/spec/ingressClassName", old.isEmpty() ? "<none>" : old);
    }

    private static Object hosts(JsonNode ingress) {
        List<String> hosts = new ArrayList<>();
        for (JsonNode rule : ingress.at("/spec/rules")) {
            String host = rule.path("host").asText("");
            if (!host.isEmpty()) {
                hosts.add(host);
            }
        }
        if (hosts.isEmpty()) {
            return "*";
        }
        String shown = String.join(",", hosts.subList(0, Math.min(MOST_SHOWN, hosts.size())));
        int more = hosts.size() - MOST_SHOWN;
        return more > 0 ? shown + " + " + more + " more..." : shown;
    }

    private static Object address(JsonNode ingress) {
        List<String> all = new ArrayList<>();
        for (JsonNode one : ingress.at("/status/loadBalancer/ingress")) {
            String ip = one.path("ip").asText("");
            all.add(ip.isEmpty() ? one.path("hostname").asText("") : ip);
        }
        return String.join(",", all);
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("Ingress", "ingress controller");
    }

    @Override
    public boolean createsOnUpdate() {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field ingress = Field.root(object);
        Field spec = ingress.at("spec");
        if (!spec.at("rules").filled() && !spec.has("defaultBackend")) {
            spec.invalid("either `defaultBackend` or `rules` must be specified");
        }
        if (spec.has("defaultBackend")) {
            backend(spec.at("defaultBackend"));
        }
        for (Field rule : spec.at("rules").items()) {
            rule(rule);
        }
        for (Field tls : spec.at("tls").items()) {
            for (Field host : tls.at("hosts").items()) {
                host(host);
            }
            tls.at("secretName").followIfSet(NameRules::dnsSubdomain);
        }
        Field className = spec.at("ingressClassName");
        if (className.text().length() > MAX_CLASS_NAME) {
            className.tooLong(MAX_CLASS_NAME);
        }
        className.followIfSet(NameRules::dnsSubdomain);
        return ingress.problems();
    }

    private static void host(Field host) {
        if (host.text().contains("*")) {
            host.follow(NameRules::wildcardSubdomain);
        } else {
            host.followIfSet(NameRules::dnsSubdomain);
        }
    }

    private static void rule(Field rule) {
        Field host = rule.at("host");
        if (Values.address(host.text()).isPresent()) {
            host.invalid("must be a DNS name, not an IP address");
        } else {
            host(host);
        }
        Field http = rule.at("http");
        if (!http.present()) {
            return;
        }
        http.at("paths").require();
        for (Field path : http.at("paths").items()) {
            path(path);
        }
    }

    private static void path(Field path) {
        Field type = path.at("pathType");
        if (!type.filled()) {
            type.required("pathType must be specified");
        } else if (type.oneOf(List.of("Exact", "ImplementationSpecific", "Prefix"))) {
            Field text = path.at("path");
            boolean loose = type.text().equals("ImplementationSpecific");
            if (!text.text().startsWith("/") && !(loose && text.text().isEmpty())) {
                text.invalid("must be an absolute path");
            } else if (!loose) {
                plainPath(text);
            }
        }
        backend(path.at("backend"));
    }

    private static void plainPath(Field path) {
        for (String part : List.of("//", "/./", "/../", "%2f", "%2F")) {
            if (path.text().contains(part)) {
                path.invalid("must not contain '" + part + "'");
            }
        }
        for (String suffix : List.of("/..", "/.")) {
            if (path.text().endsWith(suffix)) {
                path.invalid("cannot end with '" + suffix + "'");
            }
        }
    }

    private static void backend(Field backend) {
        boolean resource = backend.has("resource");
        Field service = backend.at("service");
        if (resource && service.present()) {
            backend.invalid("cannot set both resource and service backends");
        } else if (!resource && !service.present()) {
            backend.required("must specify `service` or `resource`");
        } else if (resource) {
            backend.at("resource", "kind").require();
            backend.at("resource", "name").require();
        } else {
            service(service);
        }
    }

    private static void service(Field service) {
        if (service.at("name").require()) {
            service.at("name").follow(NameRules::dns1035Label);
        }
        Field name = service.at("port", "name");
        Field number = service.at("port", "number");
        if (name.filled() && number.number() != 0) {
            service.invalid("cannot set both port name & port number");
        } else if (name.filled()) {
            name.follow(NameRules::portName);
        } else if (number.number() != 0) {
            Values.portNumber(number);
        } else {
            service.required("port name or number is required");
        }
    }
}
