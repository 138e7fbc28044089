package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.ArrayList;
import java.util.List;

/** {@code endpoints}. */
final class EndpointsResource implements Strategy {
    private static final int MOST_SHOWN = 3;

    static ResourceDefinition definition() {
        return Core.resource("Endpoints", "endpoints")
                .shortNames("ep")
                .warning(
                        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1"
                                + " EndpointSlice")
                .strategy(new EndpointsResource())
                .columns(Column.string("Endpoints", EndpointsResource::cell), Column.AGE)
                .build();
    }

    private static Object cell(JsonNode endpoints) {
        if (endpoints.path("subsets").isEmpty()) {
            return "<none>";
        }
        List<String> shown = new ArrayList<>();
        int count = 0;
        for (JsonNode subset : endpoints.path("subsets")) {
            for (JsonNode address : subset.path("addresses")) {
                String ip = address.path("ip").asText();
                if (subset.path("ports").isEmpty()) {
                    count++;
                    shown.add(ip);
                }
                for (JsonNode port : subset.path("ports")) {
                    count++;
                    String host = ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
                    shown.add(host + ":" + port.path("port").asInt());
                }
            }
        }
        if (shown.isEmpty()) {
            return "<none>";
        }
        String text = String.join(",", shown.subList(0, Math.min(MOST_SHOWN, shown.size())));
        return count > MOST_SHOWN ? text + " + " + (count - MOST_SHOWN) + " more..." : text;
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
        Field endpoints = Field.root(object);
        for (Field subset : endpoints.at("subsets").items()) {
            if (!subset.at("addresses").filled() && !subset.at("notReadyAddresses").filled()) {
                subset.required("must specify `addresses` or `notReadyAddresses`");
            }
            for (String list : List.of("addresses", "notReadyAddresses")) {
                for (Field address : subset.at(list).items()) {
                    address(address);
                }
            }
            List<Field> ports = subset.at("ports").items();
            for (Field port : ports) {
                port(port, ports.size() > 1);
            }
        }
        return endpoints.problems();
    }

    private static void address(Field address) {
        Field ip = address.at("ip");
        if (!ip.follow(Values::ip)) {
            return;
        }
        if (ip.text().startsWith("127.") || ip.text().equals("::1")) {
            ip.invalid("may not be in the loopback range (127.0.0.0/8, ::1/128)");
        } else if (ip.text().startsWith("169.254.")) {
            ip.invalid("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        address.at("hostname").followIfSet(NameRules::dnsLabel);
        address.at("nodeName").followIfSet(NameRules::dnsSubdomain);
    }

    private static void port(Field port, boolean needsName) {
        if (needsName && !port.at("name").filled()) {
            port.at("name").required("");
        } else {
            port.at("name").followIfSet(NameRules::dnsLabel);
        }
        Values.portNumber(port.at("port"));
        port.at("protocol").requireOneOf(List.of("SCTP", "TCP", "UDP"));
        port.at("appProtocol").followIfSet(NameRules::qualifiedName);
    }
}
