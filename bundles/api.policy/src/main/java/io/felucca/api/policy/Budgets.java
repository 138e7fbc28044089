package io.felucca.api.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.Notices;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code poddisruptionbudgets} with status. */
final class Budgets implements Strategy {
    static ResourceDefinition definition() {
        return PolicyGroup.resource("v1", "PodDisruptionBudget", "poddisruptionbudgets")
                .shortNames("pdb")
                .strategy(new Budgets())
                .subresource(PolicyGroup.status("v1", "PodDisruptionBudget"))
                .columns(
                        Column.string(
                                "Min Available",
                                pdb -> Cells.text(pdb, "/spec/minAvailable", "N/A")),
                        Column.string(
                                "Max Unavailable",
                                pdb -> Cells.text(pdb, "/spec/maxUnavailable", "N/A")),
                        Column.integer(
                                "Allowed Disruptions",
                                pdb -> pdb.at("/status/disruptionsAllowed").asLong()),
                        Column.AGE)
                .build();
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn(
                "PodDisruptionBudget",
                "disruption-controller; evictions of its pods are refused until then");
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field budget = Field.root(object);
        Field spec = budget.at("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            spec.invalid("minAvailable and maxUnavailable cannot be both set");
        }
        for (String name : List.of("minAvailable", "maxUnavailable")) {
            if (spec.has(name)) {
                Values.numberOrPercent(spec.at(name));
                Values.atMostAll(spec.at(name));
            }
        }
        LabelRules.selector(spec.at("selector"));
        spec.at("unhealthyPodEvictionPolicy").oneOf(List.of("AlwaysAllow", "IfHealthyBudget"));
        return budget.problems();
    }
}
