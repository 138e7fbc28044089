package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.ResourceRules;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import io.felucca.machinery.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code resourcequotas} with status, and {@code limitranges}. */
final class Quotas {
    private static final List<String> SCOPES =
            List.of(
                    "BestEffort",
                    "CrossNamespacePodAffinity",
                    "NotBestEffort",
                    "NotTerminating",
                    "PriorityClass",
                    "Terminating",
                    "VolumeAttributesClass");

    private static final List<List<String>> CONFLICTING =
            List.of(
                    List.of("BestEffort", "NotBestEffort"),
                    List.of("Terminating", "NotTerminating"));

    /** Scopes by the name of a class, which may be picked. */
    private static final Set<String> VALUED = Set.of("PriorityClass", "VolumeAttributesClass");

    private Quotas() {}

    static ResourceDefinition resourceQuotas() {
        return Core.resource("ResourceQuota", "resourcequotas")
                .shortNames("quota")
                .strategy(new ResourceQuotas())
                .subresource(Core.status("ResourceQuota"))
                .columns(
                        Column.string("Request", quota -> usage(quota, false)),
                        Column.string("Limit", quota -> usage(quota, true)),
                        Column.AGE)
                .build();
    }

    static ResourceDefinition limitRanges() {
        return Core.resource("LimitRange", "limitranges")
                .shortNames("limits")
                .strategy(new LimitRanges())
                .columns(
                        Column.string(
                                "Created At",
                                range -> range.at("/metadata/creationTimestamp").asText()))
                .build();
    }

    private static Object usage(JsonNode quota, boolean limits) {
        Map<String, String> sorted = new TreeMap<>();
        JsonNode used = quota.path("status").path("used");
        for (Map.Entry<String, JsonNode> hard : quota.at("/status/hard").properties()) {
            if (hard.getKey().startsWith("limits") == limits) {
                sorted.put(
                        hard.getKey(),
                        used.path(hard.getKey()).asText("0") + "/" + hard.getValue().asText());
            }
        }
        List<String> texts = new ArrayList<>();
        sorted.forEach((name, amounts) -> texts.add(name + ": " + amounts));
        return String.join(", ", texts);
    }

    private static final class ResourceQuotas implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field quota = Field.root(object);
            Field hard = quota.at("spec", "hard");
            for (String name : hard.keys()) {
                NameRules.qualifiedName(name)
                        .forEach(message -> hard.key(name).invalid(name, message));
                ResourceRules.amount(hard.key(name), name);
            }
            for (Field scope : quota.at("spec", "scopes").items()) {
                if (!SCOPES.contains(scope.text())) {
                    scope.named("spec.scopes").invalid("unsupported scope");
                }
            }
            for (List<String> both : CONFLICTING) {
                if (quota.at("spec", "scopes").items().stream()
                        .map(Field::text)
                        .toList()
                        .containsAll(both)) {
                    quota.at("spec", "scopes").invalid("conflicting scopes");
                }
            }
            for (Field one : quota.at("spec", "scopeSelector", "matchExpressions").items()) {
                selector(one);
            }
            return quota.problems();
        }

        private static void selector(Field one) {
            String scope = one.at("scopeName").text();
            if (!SCOPES.contains(scope)) {
                one.at("scopeName").invalid("unsupported scope");
            }
            String operator = one.at("operator").text();
            boolean takesValues = VALUED.contains(scope);
            if (!takesValues && !operator.equals("Exists")) {
                one.at("operator")
                        .invalid(
                                "must be 'Exist' only operator when scope is any of"
                                        + " ResourceQuotaScopeTerminating,"
                                        + " ResourceQuotaScopeNotTerminating,"
                                        + " ResourceQuotaScopeBestEffort,"
                                        + " ResourceQuotaScopeNotBestEffort or"
                                        + " ResourceQuotaScopeCrossNamespacePodAffinity");
            }
            boolean hasValues = one.at("values").filled();
            switch (operator) {
                case "In", "NotIn" -> {
                    if (!hasValues) {
                        one.at("values")
                                .required(
                                        "must be at least one value when `operator` is 'In' or"
                                                + " 'NotIn' for scope selector");
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (hasValues) {
                        one.at("values")
                                .invalid(
                                        "must be no value when `operator` is 'Exists' or"
                                                + " 'DoesNotExist' for scope selector");
                    }
                }
                default -> one.at("operator").invalid("not a valid selector operator");
            }
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field scopes = Field.root(object).at("spec", "scopes");
            scopes.immutable(old.at("/spec/scopes"));
            return scopes.problems();
        }

        @Override
        public boolean tracksGeneration(ObjectNode object) {
            return false;
        }
    }

    private static final class LimitRanges implements Strategy {
        @Override
        public boolean tracksGeneration(ObjectNode object) {
            return false;
        }

        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field range = Field.root(object);
            Set<String> types = new HashSet<>();
            for (Field limit : range.at("spec", "limits").items()) {
                Field type = limit.at("type");
                type.follow(NameRules::qualifiedName);
                if (!types.add(type.text())) {
                    type.duplicate();
                }
                boolean container = type.text().equals("Container");
                for (String list : List.of("default", "defaultRequest")) {
                    if (!container && limit.at(list).filled()) {
                        limit.at(list)
                                .forbidden(
                                        "may not be specified when `type` is '"
                                                + type.text()
                                                + "'");
                    }
                }
                bounds(limit, "min", "max");
                bounds(limit, "min", "default");
                bounds(limit, "min", "defaultRequest");
                bounds(limit, "defaultRequest", "default");
                bounds(limit, "default", "max");
                bounds(limit, "defaultRequest", "max");
            }
            return range.problems();
        }

        private static void bounds(Field limit, String lesser, String greater) {
            for (String name : limit.at(lesser).keys()) {
                Field low = limit.at(lesser).key(name);
                Field high = limit.at(greater).key(name);
                if (high.present()
                        && Quantity.fromJson(low.node()).compareTo(Quantity.fromJson(high.node()))
                                > 0) {
                    low.invalid(
                            lesser
                                    + " value "
                                    + low.text()
                                    + " is greater than "
                                    + greater
                                    + " value "
                                    + high.text());
                }
            }
        }
    }
}
