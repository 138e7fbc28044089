package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.admission.dynamic.RequestMatcher.Form;
import io.felucca.apiserver.api.AdmissionExpressions.Environment;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A MutatingAdmissionPolicy (KEP-3962), compiled with its first request. Thread-safe. */
final class MutatingPolicy {
    private final String name;
    private final RequestMatcher matcher;
    private final JsonNode spec;
    private final Scope scope;
    private final MatchConditions conditions;
    private final Parts parts;
    private volatile Program program;

    private record Program(Environment environment, List<Mutation> mutations) {}

    MutatingPolicy(JsonNode object, Parts parts) {
        name = object.at("/metadata/name").asText();
        spec = object.path("spec");
        matcher = RequestMatcher.ofMatchResources(spec.path("matchConstraints"));
        scope = new Scope(spec.path("paramKind").isObject(), true, true);
        conditions = new MatchConditions(spec.path("matchConditions"), scope, parts::expressions);
        this.parts = parts;
    }

    String name() {
        return name;
    }

    RequestMatcher matcher() {
        return matcher;
    }

    JsonNode paramKind() {
        return spec.path("paramKind");
    }

    boolean ignoresFailures() {
        return spec.path("failurePolicy").asText("Fail").equals("Ignore");
    }

    boolean isReinvoked() {
        return spec.path("reinvocationPolicy").asText("Never").equals("IfNeeded");
    }

    /**
     * Makes all mutations, one after the other, in the request's object; what was made before one
     * that fails stays.
     *
     * @param inputs for the object in its form
     * @return whether the object has changed
     */
    boolean mutate(Request request, Form form, Function<ObjectNode, Inputs> inputs)
            throws ExpressionException, PatchException {
        ObjectNode first = form.of(request.object());
        if (!conditions.hold(() -> inputs.apply(first))) {
            return false;
        }
        Program ready = program();
        boolean changed = false;
        for (Mutation mutation : ready.mutations) {
            ObjectNode before = form.of(request.object());
            ObjectNode after;
            try {
                after = mutation.applied(request, form, ready.environment, inputs.apply(before));
            } catch (ExpressionException e) {
                throw new ExpressionException(
                        MatchConditions.failed(mutation.text(), e), e.isOfAll());
            }
            changed |= Patched.take(request, form, before, after);
        }
        return changed;
    }

    private Program program() throws ExpressionException {
        Program known = program;
        if (known == null) {
            Environment environment =
                    MatchConditions.expressions(parts::expressions).environment(scope);
            for (JsonNode variable : spec.path("variables")) {
                environment.declare(
                        variable.path("name").asText(), variable.path("expression").asText());
            }
            List<Mutation> mutations = new ArrayList<>();
            for (JsonNode one : spec.path("mutations")) {
                mutations.add(Mutation.of(one, environment));
            }
            known = new Program(environment, List.copyOf(mutations));
            program = known;
        }
        return known;
    }
}
