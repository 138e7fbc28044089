package io.felucca.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Evaluation;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the expressions of one webhook or policy refer to. Variables have the types of their
 * expressions; each is a name with a dot in it, so that only what is used is ever evaluated.
 */
final class RequestEnvironment implements AdmissionExpressions.Environment {
    private final Map<String, CelType> types = new LinkedHashMap<>();
    private final Map<String, Expression> variables = new LinkedHashMap<>();

    /** Null but for mutations. */
    private final MutationTypes mutations;

    private CelCompiler compiler;

    /** What callers hold. */
    record Ready(Expression expression, AdmissionExpressions.Type type)
            implements AdmissionExpressions.Expression {}

    RequestEnvironment(Scope scope) {
        mutations = scope.mutation() ? new MutationTypes() : null;
        types.put("object", SimpleType.DYN);
        types.put("oldObject", SimpleType.DYN);
        types.put("request", RequestTypes.ALL.request());
        if (scope.params()) {
            types.put("params", SimpleType.DYN);
        }
        if (scope.authorizer()) {
            types.put("authorizer", AuthorizerFunctions.AUTHORIZER);
            types.put("authorizer.requestResource", AuthorizerFunctions.RESOURCE);
        }
        types.put("namespaceObject", RequestTypes.ALL.namespace());
    }

    @Override
    public void declare(String name, String text) throws ExpressionException {
        CelAbstractSyntaxTree tree = checked(text);
        String qualified = "variables." + name;
        variables.put(qualified, Environment.program(tree));
        types.put(qualified, tree.getResultType());
        compiler = null;
    }

    @Override
    public Ready compile(String text, AdmissionExpressions.Type type) throws ExpressionException {
        CelAbstractSyntaxTree tree = checked(text);
        CelType result = tree.getResultType();
        if (!fits(result, type)) {
            throw new ExpressionException("must evaluate to " + words(type), false);
        }
        return new Ready(Environment.program(tree), type);
    }

    private static boolean fits(CelType result, AdmissionExpressions.Type type) {
        return switch (type) {
            case BOOL -> result.equals(SimpleType.BOOL);
            case STRING -> result.equals(SimpleType.STRING);
            case STRING_OR_NULL ->
                    result.equals(SimpleType.STRING)
                            || result.equals(SimpleType.NULL_TYPE)
                            || result.equals(NullableType.create(SimpleType.STRING));
            case APPLY_CONFIGURATION -> MutationTypes.isObject(result);
            case JSON_PATCH -> result instanceof ListType list && MutationTypes.isPatch(list);
        };
    }

    private static String words(AdmissionExpressions.Type type) {
        return switch (type) {
            case BOOL -> "bool";
            case STRING, STRING_OR_NULL -> "string";
            case APPLY_CONFIGURATION -> MutationTypes.OBJECT;
            case JSON_PATCH -> "list(" + MutationTypes.PATCH + ")";
        };
    }

    private CelAbstractSyntaxTree checked(String text) throws ExpressionException {
        try {
            if (mutations == null) {
                return compiler(RequestTypes.ALL).compile(text).getAst();
            }
            CelAbstractSyntaxTree parsed = compiler(mutations).parse(text).getAst();
            if (mutations.learn(parsed)) {
                compiler = null;
            }
            return Trees.withoutStructs(compiler(mutations).check(parsed).getAst());
        } catch (CelValidationException e) {
            throw new ExpressionException("compilation failed: " + e.getMessage(), false);
        }
    }

    private CelCompiler compiler(CelTypeProvider provider) {
        if (compiler == null) {
            compiler = Environment.compiler(provider, types);
        }
        return compiler;
    }

    @Override
    public Evaluation begin(Inputs inputs, long costLimit) {
        return new RequestEvaluation(Map.copyOf(variables), inputs, costLimit);
    }
}
