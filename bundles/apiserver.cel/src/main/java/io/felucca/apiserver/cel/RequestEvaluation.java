package io.felucca.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Evaluation;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.cel.AuthorizerFunctions.Asking;
import io.felucca.apiserver.cel.AuthorizerFunctions.ResourceCheck;
import io.felucca.apiserver.cel.CostMeter.ExceededException;
import io.felucca.machinery.schema.Schema;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Evaluates expressions on one request; each value and variable is made once, if at all. */
final class RequestEvaluation implements Evaluation {
    private static final Pattern PLACE = Pattern.compile("^evaluation error(?: at [^:]*:\\d+)?: ");
    private static final Pattern NO_KEY = Pattern.compile("key '(.*)' is not present in map\\.?");

    private final Map<String, Expression> variables;
    private final Inputs inputs;
    private final CostMeter.Budget budget;
    private final Map<String, Object> known = new HashMap<>();

    RequestEvaluation(Map<String, Expression> variables, Inputs inputs, long costLimit) {
        this.variables = variables;
        this.inputs = inputs;
        budget = new CostMeter.Budget(costLimit);
    }

    @Override
    public Object value(AdmissionExpressions.Expression expression) throws ExpressionException {
        try {
            RequestEnvironment.Ready ready = (RequestEnvironment.Ready) expression;
            Object value = ready.expression().run(this::find, budget);
            return switch (ready.type()) {
                case BOOL, STRING, STRING_OR_NULL -> value instanceof NullValue ? null : value;
                case APPLY_CONFIGURATION -> MutationValues.object(value);
                case JSON_PATCH -> MutationValues.patches(value);
            };
        } catch (ExceededException e) {
            throw costly(e);
        } catch (CelEvaluationException e) {
            throw new ExpressionException(words(e.getMessage()), false);
        } catch (VariableException e) {
            throw e.toExpressionException();
        }
    }

    private static ExpressionException costly(ExceededException e) {
        return new ExpressionException(
                e.ofObject()
                        ? "validation failed due to running out of cost budget, no further"
                                + " validation rules will be run"
                        : "operation cancelled: actual cost limit exceeded",
                e.ofObject());
    }

    /** The library's words in those of the field. */
    private static String words(String message) {
        String plain = PLACE.matcher(message).replaceFirst("");
        Matcher noKey = NO_KEY.matcher(plain);
        return noKey.matches() ? "no such key: " + noKey.group(1) : plain;
    }

    private Optional<Object> find(String name) {
        Object value = known.get(name);
        if (value == null) {
            value = make(name);
            if (value != null) {
                known.put(name, value);
            }
        }
        return Optional.ofNullable(value);
    }

    private Object make(String name) {
        Expression variable = variables.get(name);
        if (variable != null) {
            return variable(name, variable);
        }
        return switch (name) {
            case "object" -> value(inputs.object());
            case "oldObject" -> value(inputs.oldObject());
            case "request" -> value(inputs.request());
            case "params" -> value(inputs.params());
            case "namespaceObject" -> NamespaceValue.of(inputs.namespaceObject());
            case "authorizer" -> new Asking(inputs.user(), inputs.authorizer());
            case "authorizer.requestResource" -> requestResource();
            default -> null;
        };
    }

    private Object variable(String name, Expression variable) {
        try {
            return variable.run(this::find, budget);
        } catch (ExceededException e) {
            throw new VariableException(costly(e));
        } catch (CelEvaluationException e) {
            String plain = name.substring(name.indexOf('.') + 1);
            throw new VariableException(
                    new ExpressionException(
                            "composited variable \""
                                    + plain
                                    + "\" fails to evaluate: "
                                    + words(e.getMessage()),
                            false));
        }
    }

    private ResourceCheck requestResource() {
        JsonNode request = inputs.request();
        return new ResourceCheck(
                new Asking(inputs.user(), inputs.authorizer()),
                request.at("/resource/group").asText(),
                request.at("/resource/resource").asText(),
                request.path("subResource").asText(),
                request.path("namespace").asText(),
                request.path("name").asText(),
                "",
                "");
    }

    private static Object value(JsonNode json) {
        return json == null ? NullValue.NULL_VALUE : SchemaValues.of(json, Schema.ANY);
    }

    /** A variable failed, which ends the expression that asked for it. */
    private static final class VariableException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean ofAll;

        VariableException(ExpressionException cause) {
            super(cause.getMessage(), cause);
            ofAll = cause.isOfAll();
        }

        ExpressionException toExpressionException() {
            return new ExpressionException(getMessage(), ofAll);
        }
    }
}
