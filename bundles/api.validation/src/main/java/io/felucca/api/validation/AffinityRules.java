package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import java.util.List;

/** Node selectors, pod affinity and topology spread. */
public final class AffinityRules {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private AffinityRules() {}

    static void affinity(Field affinity) {
        Field node = affinity.at("nodeAffinity");
        if (node.has(REQUIRED)) {
            nodeSelector(node.at(REQUIRED));
        }
        for (Field term : node.at(PREFERRED).items()) {
            weight(term.at("weight"));
            nodeTerm(term.at("preference"));
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            for (Field term : affinity.at(kind, REQUIRED).items()) {
                podTerm(term);
            }
            for (Field term : affinity.at(kind, PREFERRED).items()) {
                weight(term.at("weight"));
                podTerm(term.at("podAffinityTerm"));
            }
        }
    }

    private static void weight(Field weight) {
        if (weight.number() <= 0 || weight.number() > 100) {
            weight.named(weight.path()).invalid(weight.number(), "must be in the range 1-100");
        }
    }

    /** A {@code NodeSelector}; also of a PersistentVolume's node affinity. */
    public static void nodeSelector(Field selector) {
        Field terms = selector.at("nodeSelectorTerms");
        if (!terms.filled()) {
            terms.required("must have at least one node selector term");
        }
        for (Field term : terms.items()) {
            nodeTerm(term);
        }
    }

    private static void nodeTerm(Field term) {
        for (Field requirement : term.at("matchExpressions").items()) {
            nodeRequirement(requirement);
        }
        for (Field requirement : term.at("matchFields").items()) {
            fieldRequirement(requirement);
        }
    }

    private static void nodeRequirement(Field requirement) {
        Field values = requirement.at("values");
        switch (requirement.text("operator")) {
            case "In", "NotIn" -> {
                if (!values.filled()) {
                    values.required("must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values.filled()) {
                    values.forbidden(
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (values.node().size() != 1) {
                    values.required(
                            "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> requirement.at("operator").invalid("not a valid selector operator");
        }
        requirement.at("key").follow(NameRules::qualifiedName);
    }

    private static void fieldRequirement(Field requirement) {
        Field values = requirement.at("values");
        switch (requirement.text("operator")) {
            case "In", "NotIn" -> {
                if (values.node().size() != 1) {
                    values.required(
                            "must be only one value when `operator` is 'In' or 'NotIn' for node"
                                    + " field selector");
                }
            }
            default -> requirement.at("operator").invalid("not a valid selector operator");
        }
        if (!requirement.text("key").equals("metadata.name")) {
            requirement.at("key").invalid("not a valid field selector key");
        } else {
            for (Field value : values.items()) {
                value.follow(NameRules::dnsSubdomain);
            }
        }
    }

    private static void podTerm(Field term) {
        LabelRules.selector(term.at("labelSelector"));
        LabelRules.selector(term.at("namespaceSelector"));
        for (Field namespace : term.at("namespaces").items()) {
            namespace.follow(NameRules::dnsLabel);
        }
        topologyKey(term.at("topologyKey"));
    }

    private static void topologyKey(Field key) {
        if (key.require("can not be empty")) {
            key.follow(NameRules::qualifiedName);
        }
    }

    static void spread(Field constraints) {
        java.util.Set<String> seen = new java.util.HashSet<>();
        for (Field constraint : constraints.items()) {
            Field skew = constraint.at("maxSkew");
            if (skew.number() <= 0) {
                skew.invalid(skew.number(), "must be greater than zero");
            }
            topologyKey(constraint.at("topologyKey"));
            constraint
                    .at("whenUnsatisfiable")
                    .requireOneOf(List.of("DoNotSchedule", "ScheduleAnyway"));
            String pair =
                    "{"
                            + constraint.text("topologyKey")
                            + ", "
                            + constraint.text("whenUnsatisfiable")
                            + "}";
            if (!seen.add(pair)) {
                constraint.at("{topologyKey, whenUnsatisfiable}").duplicate(pair);
            }
            minDomains(constraint);
            constraint.at("nodeAffinityPolicy").oneOf(List.of("Honor", "Ignore"));
            constraint.at("nodeTaintsPolicy").oneOf(List.of("Honor", "Ignore"));
            LabelRules.selector(constraint.at("labelSelector"));
            if (constraint.at("matchLabelKeys").filled() && !constraint.has("labelSelector")) {
                constraint
                        .at("matchLabelKeys")
                        .forbidden("must not be specified when labelSelector is not set");
            }
        }
    }

    private static void minDomains(Field constraint) {
        Field domains = constraint.at("minDomains");
        if (domains.present() && domains.number() <= 0) {
            domains.invalid("must be greater than zero");
        }
        if (domains.present() && !constraint.text("whenUnsatisfiable").equals("DoNotSchedule")) {
            domains.invalid(
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
                            + constraint.text("whenUnsatisfiable"));
        }
    }
}
