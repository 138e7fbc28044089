package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What a DELETE asks for: a body's DeleteOptions or, without a body, the query's. */
record DeleteRequest(DeleteOptions options, ApiRequest.Options requestOptions) {
    private static final List<String> PROPAGATIONS = List.of("Background", "Foreground", "Orphan");

    static DeleteRequest read(Call call, byte[] body) {
        ObjectNode json = body.length == 0 ? Json.object() : body(call, body);
        Query query = call.query();
        OptionalLong grace =
                json.hasNonNull("gracePeriodSeconds")
                        ? OptionalLong.of(number(json.get("gracePeriodSeconds")))
                        : query.number("gracePeriodSeconds");
        String propagation = text(json, "propagationPolicy", query);
        Boolean orphan = orphan(json, query);
        List<FieldError> errors = new ArrayList<>();
        if (!propagation.isEmpty() && orphan != null) {
            errors.add(
                    FieldError.invalid(
                            "propagationPolicy",
                            propagation,
                            "orphanDependents and deletionPropagation cannot be both set"));
        } else if (!propagation.isEmpty() && !PROPAGATIONS.contains(propagation)) {
            errors.add(
                    FieldError.notSupported(
                            "propagationPolicy",
                            propagation,
                            List.of("Foreground", "Background", "Orphan", "nil")));
        }
        boolean dryRun = query.texts("dryRun").contains("All");
        for (JsonNode value : json.path("dryRun")) {
            dryRun |= value.asText().equals("All");
            if (!value.asText().equals("All")) {
                errors.add(FieldError.notSupported("dryRun", value.asText(), List.of("All")));
            }
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "DeleteOptions", "", errors);
        }
        ApiRequest.Options common = query.writeOptions("DeleteOptions", call.userAgent(), false);
        if (orphan != null) {
            propagation = orphan ? "Orphan" : "Background";
        }
        JsonNode preconditions = json.path("preconditions");
        return new DeleteRequest(
                new DeleteOptions(
                        grace,
                        orNull(preconditions.path("uid")),
                        orNull(preconditions.path("resourceVersion")),
                        propagation.isEmpty() ? null : propagation),
                new ApiRequest.Options(
                        dryRun, common.fieldValidation(), common.fieldManager(), false));
    }

    private static ObjectNode body(Call call, byte[] body) {
        ObjectNode json = BodyReader.anyObject(call, body);
        String kind = json.path("kind").asText("DeleteOptions");
        if (!kind.equals("DeleteOptions")) {
            throw ApiException.badRequest(
                    "the object provided is unrecognized (must be of type DeleteOptions): got "
                            + kind);
        }
        return json;
    }

    private static String text(ObjectNode json, String name, Query query) {
        return json.hasNonNull(name) ? json.get(name).asText() : query.text(name);
    }

    /** The old way to name a propagation; null when it is not used. */
    private static Boolean orphan(ObjectNode json, Query query) {
        if (json.hasNonNull("orphanDependents")) {
            return json.get("orphanDependents").asBoolean();
        }
        return query.has("orphanDependents") ? query.flag("orphanDependents") : null;
    }

    private static long number(JsonNode value) {
        if (!value.isIntegralNumber()) {
            throw ApiException.badRequest(
                    "json: cannot unmarshal "
                            + (value.isTextual() ? "string" : value.getNodeType())
                            + " into Go struct field DeleteOptions.gracePeriodSeconds of type"
                            + " int64");
        }
        return value.asLong();
    }

    private static String orNull(JsonNode value) {
        return value.isTextual() ? value.asText() : null;
    }
}
