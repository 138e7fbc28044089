package io.felucca.api.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.List;

/** {@code ipaddresses}, and {@code servicecidrs} with status. */
final class Addresses {
    private Addresses() {}

    static ResourceDefinition ipAddresses() {
        return NetworkingGroup.resource("v1", "IPAddress", "ipaddresses")
                .clusterScoped()
                .shortNames("ip")
                .strategy(new IpRules())
                .columns(Column.string("ParentRef", Addresses::parent), Column.AGE)
                .build();
    }

    static ResourceDefinition serviceCidrs() {
        return NetworkingGroup.resource("v1", "ServiceCIDR", "servicecidrs")
                .clusterScoped()
                .strategy(new CidrRules())
                .subresource(NetworkingGroup.status("v1", "ServiceCIDR"))
                .columns(
                        Column.string(
                                "CIDRs",
                                object -> {
                                    List<String> cidrs = new ArrayList<>();
                                    object.at("/spec/cidrs")
                                            .forEach(one -> cidrs.add(one.asText()));
                                    return String.join(",", cidrs);
                                }),
                        Column.AGE)
                .build();
    }

    private static Object parent(JsonNode address) {
        JsonNode parent = address.at("/spec/parentRef");
        if (parent.isMissingNode() || parent.isNull()) {
            return "<none>";
        }
        StringBuilder text = new StringBuilder(parent.path("resource").asText());
        for (String field : List.of("group", "namespace", "name")) {
            String part = parent.path(field).asText("");
            if (!part.isEmpty()) {
                text.append(field.equals("group") ? "." : "/").append(part);
            }
        }
        return text.toString();
    }

    private static final class IpRules implements Strategy {
        @Override
        public List<String> nameProblems(String name, boolean isPrefix) {
            return Values.ip(name);
        }

        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field parent = Field.root(object).at("spec", "parentRef");
            if (!parent.present()) {
                parent.required("");
            } else {
                parent.at("resource").require();
                parent.at("name").require();
            }
            return parent.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field parent = Field.root(object).at("spec", "parentRef");
            parent.immutable(old.at("/spec/parentRef"));
            return parent.problems();
        }
    }

    private static final class CidrRules implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field cidrs = Field.root(object).at("spec", "cidrs");
            if (!cidrs.filled()) {
                cidrs.required("at least one CIDR required");
            }
            if (cidrs.node().size() > 2) {
                cidrs.invalid("may only hold up to 2 values");
            }
            cidrs.items().forEach(cidr -> cidr.follow(Values::cidr));
            return cidrs.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field cidrs = Field.root(object).at("spec", "cidrs");
            cidrs.immutable(old.at("/spec/cidrs"));
            return cidrs.problems();
        }
    }
}
