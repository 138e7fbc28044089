package io.felucca.api.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The two halves of a request's status, which two parties write: approval sets Approved and Denied,
 * status sets the certificate and Failed. Neither can touch the other's.
 */
record ConditionsView(boolean ofApproval) implements Subresource.View {
    private static final Set<String> DECISIONS = Set.of("Approved", "Denied");

    @Override
    public ObjectNode show(ObjectNode object) {
        return object;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        ObjectNode status = object.withObject("/status");
        ArrayNode conditions = Json.mapper().createArrayNode();
        pick(status.path("conditions"), !ofApproval, conditions);
        pick(body.path("status").path("conditions"), ofApproval, conditions);
        if (conditions.isEmpty()) {
            status.remove("conditions");
        } else {
            status.set("conditions", conditions);
        }
        if (!ofApproval) {
            JsonNode certificate = body.path("status").path("certificate");
            if (certificate.isTextual()) {
                status.set("certificate", certificate);
            } else {
                status.remove("certificate");
            }
        }
        return object;
    }

    private static void pick(JsonNode from, boolean decisions, ArrayNode to) {
        for (JsonNode condition : from) {
            if (DECISIONS.contains(condition.path("type").asText()) == decisions) {
                to.add(condition);
            }
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode updated, ObjectNode old) {
        Field conditions = Field.root(updated).at("status", "conditions");
        List<String> types = new ArrayList<>();
        for (Field condition : conditions.items()) {
            Field type = condition.at("type");
            if (!type.require()) {
                continue;
            }
            if (types.contains(type.text())) {
                type.duplicate();
            }
            types.add(type.text());
            boolean decision = DECISIONS.contains(type.text()) || type.text().equals("Failed");
            if (decision && !condition.text("status").equals("True")) {
                condition
                        .at("status")
                        .invalid("value must be True for " + type.text() + " condition");
            }
        }
        if (types.containsAll(DECISIONS)) {
            conditions.invalid("Approved and Denied conditions are mutually exclusive");
        }
        for (JsonNode before : old.path("status").path("conditions")) {
            String type = before.path("type").asText();
            if (!types.contains(type) && (DECISIONS.contains(type) || type.equals("Failed"))) {
                conditions.forbidden("updates may not remove a condition of type \"" + type + "\"");
            }
        }
        return conditions.problems();
    }
}
