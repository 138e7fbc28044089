package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Expressions in CEL about what is to be admitted: match conditions (KEP-3716) and admission
 * policies (KEP-3488). A service, found dynamically; what it has made outlives it. Costs nothing
 * until the first expression. Thread-safe.
 */
@ConsumerType
public interface AdmissionExpressions {

    /** What all match conditions of one webhook or policy may cost. */
    long MATCH_CONDITIONS_COST = 2_500_000;

    /** What all other expressions of one policy may cost. */
    long POLICY_COST = 10_000_000;

    /**
     * What an expression gives: a Boolean, a String, a String or null; of a mutation a JsonNode:
     * the object's fields that are to be applied, or a patch (RFC 6902).
     */
    enum Type {
        BOOL,
        STRING,
        STRING_OR_NULL,
        APPLY_CONFIGURATION,
        JSON_PATCH
    }

    /**
     * What expressions may refer to, beside object, oldObject, request and namespaceObject.
     *
     * @param params whether there are parameters
     * @param authorizer whether they may ask the authorizer
     * @param mutation whether they may make objects and patches
     */
    record Scope(boolean params, boolean authorizer, boolean mutation) {
        /** Of a webhook's match conditions. */
        public static final Scope WEBHOOK = new Scope(false, true, false);
    }

    Environment environment(Scope scope);

    /** Compiles. For one thread; what it compiled is thread-safe. */
    interface Environment {
        /**
         * Adds {@code variables.NAME} for all expressions that are compiled after this.
         *
         * @throws ExpressionException if it can't be compiled
         */
        void declare(String name, String expression) throws ExpressionException;

        /**
         * @throws ExpressionException if it can't be compiled
         */
        Expression compile(String expression, Type type) throws ExpressionException;

        /** Begins the evaluation of expressions of this environment on one request. */
        Evaluation begin(Inputs inputs, long costLimit);
    }

    /** A compiled expression. */
    interface Expression {}

    /** One request's values and what is left of its costs. For one thread. */
    interface Evaluation {
        /**
         * @throws ExpressionException if it fails or costs too much
         */
        Object value(Expression expression) throws ExpressionException;
    }

    /**
     * What expressions see of a request; null for what there is none of.
     *
     * @param request an AdmissionRequest without its objects
     * @param authorizer asked for {@code user}
     */
    record Inputs(
            JsonNode object,
            JsonNode oldObject,
            JsonNode request,
            JsonNode params,
            JsonNode namespaceObject,
            UserInfo user,
            Authorizer authorizer) {}

    /** Why an expression can't be compiled or evaluated, in upstream's words. */
    final class ExpressionException extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean ofAll;

        /**
         * @param ofAll whether it is not about this expression alone: nothing is left for any
         */
        public ExpressionException(String message, boolean ofAll) {
            super(message);
            this.ofAll = ofAll;
        }

        public boolean isOfAll() {
            return ofAll;
        }
    }
}
