package io.felucca.api.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code prioritylevelconfigurations} with status. */
final class PriorityLevels implements Strategy {
    static ResourceDefinition definition() {
        return FlowControlGroup.resource(
                        "v1", "PriorityLevelConfiguration", "prioritylevelconfigurations")
                .clusterScoped()
                .strategy(new PriorityLevels())
                .subresource(FlowControlGroup.status("v1", "PriorityLevelConfiguration"))
                .columns(
                        Column.string("Type", object -> object.at("/spec/type").asText()),
                        Column.string("NominalConcurrencyShares", PriorityLevels::shares),
                        queuing("Queues", "queues"),
                        queuing("HandSize", "handSize"),
                        queuing("QueueLengthLimit", "queueLengthLimit"),
                        Column.AGE)
                .build();
    }

    private static Object shares(JsonNode object) {
        String exempt = Cells.text(object, "/spec/exempt/nominalConcurrencyShares", "<none>");
        return Cells.text(object, "/spec/limited/nominalConcurrencyShares", exempt);
    }

    private static Column queuing(String name, String field) {
        return Column.string(
                name,
                object ->
                        Cells.text(
                                object, "/spec/limited/limitResponse/queuing/" + field, "<none>"));
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field spec = Field.root(object).at("spec");
        if (!spec.at("type").requireOneOf(List.of("Exempt", "Limited"))) {
            return spec.problems();
        }
        Field limited = spec.at("limited");
        boolean isLimited = spec.text("type").equals("Limited");
        if (!isLimited) {
            if (limited.present()) {
                limited.forbidden("must be nil if the type is not Limited");
            }
        } else if (!limited.present()) {
            limited.required("must not be empty when type is Limited");
        } else {
            if (spec.has("exempt")) {
                spec.at("exempt").forbidden("must be nil if the type is Limited");
            }
            response(limited.at("limitResponse"));
            limited.at("nominalConcurrencyShares").notNegative();
        }
        return spec.problems();
    }

    private static void response(Field response) {
        if (!response.at("type").requireOneOf(List.of("Queue", "Reject"))) {
            return;
        }
        Field queuing = response.at("queuing");
        boolean queue = response.text("type").equals("Queue");
        if (!queue && queuing.present()) {
            queuing.forbidden("must be nil if limited.limitResponse.type is not Limited");
        } else if (queue && !queuing.present()) {
            queuing.required("must not be empty if limited.limitResponse.type is Limited");
        } else if (queue) {
            for (String name : List.of("queues", "handSize", "queueLengthLimit")) {
                if (queuing.at(name).number() <= 0) {
                    queuing.at(name).invalid(queuing.at(name).number(), "must be positive");
                }
            }
        }
    }
}
