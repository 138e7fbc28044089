package io.felucca.api.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.NameRules;
import io.felucca.schema.Schemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code endpointslices}. */
final class EndpointSlices implements Strategy {
    private static final GroupVersionKind KIND =
            new GroupVersionKind("discovery.k8s.io", "v1", "EndpointSlice");
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_PORTS = 20000;
    private static final int MOST_SHOWN = 3;

    static ResourceDefinition definition() {
        return ResourceDefinition.builder(KIND, "endpointslices", Schemas.of(KIND))
                .strategy(new EndpointSlices())
                .columns(
                        Column.string("AddressType", slice -> slice.path("addressType").asText()),
                        Column.string("Ports", EndpointSlices::ports),
                        Column.string("Endpoints", EndpointSlices::endpoints),
                        Column.AGE)
                .build();
    }

    private static Object ports(JsonNode slice) {
        List<String> all = new ArrayList<>();
        for (JsonNode port : slice.path("ports")) {
            all.add(port.hasNonNull("port") ? port.path("port").asText() : "*");
        }
        return shortened(all);
    }

    private static Object endpoints(JsonNode slice) {
        List<String> all = new ArrayList<>();
        for (JsonNode endpoint : slice.path("endpoints")) {
            endpoint.path("addresses").forEach(address -> all.add(address.asText()));
        }
        return shortened(all);
    }

    private static String shortened(List<String> all) {
        if (all.isEmpty()) {
            return "<unset>";
        }
        String text = String.join(",", all.subList(0, Math.min(MOST_SHOWN, all.size())));
        int more = all.size() - MOST_SHOWN;
        return more > 0 ? text + " + " + more + " more..." : text;
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return true;
    }

    /** There is no spec: endpoints and ports are what readers react to. */
    @Override
    public boolean changesGeneration(ObjectNode object, ObjectNode old) {
        return !object.path("endpoints").equals(old.path("endpoints"))
                || !object.path("ports").equals(old.path("ports"))
                || !object.path("metadata")
                        .path("labels")
                        .equals(old.path("metadata").path("labels"));
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field slice = Field.root(object);
        slice.at("addressType").requireOneOf(List.of("FQDN", "IPv4", "IPv6"));
        Field endpoints = slice.at("endpoints");
        if (endpoints.node().size() > MAX_ENDPOINTS) {
            tooMany(endpoints, MAX_ENDPOINTS);
        }
        for (Field endpoint : endpoints.items()) {
            endpoint(endpoint, slice.text("addressType"));
        }
        ports(slice.at("ports"));
        return slice.problems();
    }

    private static void tooMany(Field list, int most) {
        list.add(
                new FieldError(
                        FieldError.Type.TOO_MANY,
                        list.path(),
                        list.node().size(),
                        "must have at most " + most + " items"));
    }

    private static void endpoint(Field endpoint, String type) {
        Field addresses = endpoint.at("addresses");
        if (!addresses.filled()) {
            addresses.required("must contain at least 1 address");
        } else if (addresses.node().size() > MAX_ADDRESSES) {
            tooMany(addresses, MAX_ADDRESSES);
        }
        for (Field address : addresses.items()) {
            address(address, type);
        }
        endpoint.at("hostname").followIfSet(NameRules::dnsLabel);
        endpoint.at("nodeName").followIfSet(NameRules::dnsSubdomain);
        endpoint.at("zone").followIfSet(NameRules::labelValue);
    }

    private static void address(Field address, String type) {
        String text = address.text();
        boolean sixth = text.indexOf(':') >= 0;
        switch (type) {
            case "FQDN" -> address.follow(NameRules::dnsSubdomain);
            case "IPv4", "IPv6" -> {
                if (Values.address(text).isEmpty()) {
                    address.follow(Values::ip);
                } else if (sixth != type.equals("IPv6")) {
                    address.invalid("must be an " + type + " address");
                } else if (text.startsWith("127.") || text.equals("::1")) {
                    address.invalid("may not be in the loopback range (127.0.0.0/8, ::1/128)");
                } else if (text.equals("0.0.0.0") || text.equals("::")) {
                    address.invalid("may not be unspecified (" + text + ")");
                } else if (text.startsWith("169.254.") || text.startsWith("fe80:")) {
                    address.invalid(
                            "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
                }
            }
            default -> {
                // The type itself has been reported.
            }
        }
    }

    private static void ports(Field ports) {
        if (ports.node().size() > MAX_PORTS) {
            tooMany(ports, MAX_PORTS);
        }
        Set<String> names = new HashSet<>();
        for (Field port : ports.items()) {
            Field name = port.at("name");
            name.followIfSet(NameRules::dnsLabel);
            if (!names.add(name.text())) {
                name.duplicate();
            }
            port.at("protocol").requireOneOf(List.of("SCTP", "TCP", "UDP"));
            if (port.at("port").present()) {
                Values.portNumber(port.at("port"));
            }
            port.at("appProtocol").followIfSet(NameRules::qualifiedName);
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field slice = Field.root(object);
        slice.at("addressType").immutable(old.path("addressType"));
        return slice.problems();
    }
}
