package io.felucca.api.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.List;

/** {@code flowschemas} with status. */
final class FlowSchemas implements Strategy {
    private static final int MAX_PRECEDENCE = 10000;

    static ResourceDefinition definition() {
        return FlowControlGroup.resource("v1", "FlowSchema", "flowschemas")
                .clusterScoped()
                .strategy(new FlowSchemas())
                .subresource(FlowControlGroup.status("v1", "FlowSchema"))
                .columns(
                        Column.string(
                                "PriorityLevel",
                                object ->
                                        Cells.text(
                                                object,
                                                "/spec/priorityLevelConfiguration/name",
                                                "<none>")),
                        Column.string(
                                "MatchingPrecedence",
                                object -> object.at("/spec/matchingPrecedence").asText()),
                        Column.string(
                                "DistinguisherMethod",
                                object ->
                                        Cells.text(
                                                object,
                                                "/spec/distinguisherMethod/type",
                                                "<none>")),
                        Column.AGE,
                        Column.string("MissingPL", FlowSchemas::dangling))
                .build();
    }

    private static Object dangling(JsonNode object) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Dangling")) {
                return condition.path("status").asText();
            }
        }
        return "?";
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field spec = Field.root(object).at("spec");
        Field precedence = spec.at("matchingPrecedence");
        if (precedence.number() <= 0) {
            precedence.invalid(precedence.number(), "must be a positive value");
        } else if (precedence.number() > MAX_PRECEDENCE) {
            precedence.invalid(precedence.number(), "must not be greater than " + MAX_PRECEDENCE);
        }
        if (spec.has("distinguisherMethod")) {
            spec.at("distinguisherMethod", "type").requireOneOf(List.of("ByNamespace", "ByUser"));
        }
        Field level = spec.at("priorityLevelConfiguration", "name");
        if (level.require("must reference a priority level")) {
            level.follow(NameRules::dnsSubdomain);
        }
        for (Field rule : spec.at("rules").items()) {
            rule(rule);
        }
        return spec.problems();
    }

    private static void rule(Field rule) {
        rule.at("subjects").require("subjects must contain at least one value");
        for (Field subject : rule.at("subjects").items()) {
            subject.at("kind").requireOneOf(List.of("Group", "ServiceAccount", "User"));
        }
        if (!rule.at("resourceRules").filled() && !rule.at("nonResourceRules").filled()) {
            rule.required("at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        for (Field one : rule.at("resourceRules").items()) {
            one.at("verbs").require("verbs must contain at least one value");
            one.at("apiGroups").require("resource rules must supply at least one api group");
            one.at("resources").require("resource rules must supply at least one resource");
            if (!one.at("namespaces").filled() && !one.at("clusterScope").isTrue()) {
                one.at("namespaces")
                        .required(
                                "resource rules that are not cluster scoped must supply at least"
                                        + " one namespace");
            }
        }
        for (Field one : rule.at("nonResourceRules").items()) {
            one.at("verbs").require("verbs must contain at least one value");
            one.at("nonResourceURLs").require("nonResourceURLs must contain at least one value");
        }
    }
}
