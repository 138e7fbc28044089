package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.admission.dynamic.RequestMatcher.Form;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Environment;
import io.felucca.apiserver.api.AdmissionExpressions.Expression;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StructuralMerge;
import java.util.List;

/**
 * One mutation of a MutatingAdmissionPolicy.
 *
 * @param text the expression's own
 * @param expression gives an object's fields or a JSON patch
 */
record Mutation(String text, boolean isPatch, Expression expression) {

    static Mutation of(JsonNode mutation, Environment environment) throws ExpressionException {
        boolean patch = mutation.path("patchType").asText().equals("JSONPatch");
        String text =
                mutation.path(patch ? "jsonPatch" : "applyConfiguration")
                        .path("expression")
                        .asText();
        AdmissionExpressions.Type type =
                patch
                        ? AdmissionExpressions.Type.JSON_PATCH
                        : AdmissionExpressions.Type.APPLY_CONFIGURATION;
        return new Mutation(text.strip(), patch, environment.compile(text, type));
    }

    /**
     * The object as this leaves it, in the same form, completed by defaults.
     *
     * @param inputs with the object as it is now
     * @throws PatchException if what the expression gives can't be applied
     */
    ObjectNode applied(Request request, Form form, Environment environment, Inputs inputs)
            throws ExpressionException, PatchException {
        JsonNode given =
                (JsonNode)
                        environment
                                .begin(inputs, AdmissionExpressions.POLICY_COST)
                                .value(expression);
        ObjectNode before = (ObjectNode) inputs.object();
        ObjectNode after =
                isPatch ? Patched.patch(given, before) : merged(request, form, given, before);
        return Patched.decoded(request, form, after);
    }

    private static ObjectNode merged(Request request, Form form, JsonNode given, ObjectNode before)
            throws PatchException {
        ObjectNode fields = (ObjectNode) given;
        Schema schema = Patched.schema(request, form);
        List<String> atomics = StructuralMerge.atomics(fields, schema);
        if (!atomics.isEmpty()) {
            throw new PatchException(
                    "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
                            + String.join(", ", atomics));
        }
        return StructuralMerge.merge(before, fields, schema);
    }
}
