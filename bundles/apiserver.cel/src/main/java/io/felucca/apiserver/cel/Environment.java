package io.felucca.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;
import java.util.Map;

/**
 * Kubernetes' CEL: the standard functions and macros, optionals, sets, strings, comprehensions over
 * two variables, and Kubernetes' own libraries. The same for custom resources, admission policies
 * and match conditions; what differs are the variables. Thread-safe.
 */
final class Environment {
    private static final int LONGEST_EXPRESSION = 100_000;
    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .enableRegexPartialMatch(true)
                    .maxExpressionCodePointSize(LONGEST_EXPRESSION)
                    .comprehensionMaxIterations((int) CostMeter.CALL_LIMIT)
                    .build();

    private static final CelRuntime RUNTIME = runtime();

    private Environment() {}

    private static CelRuntime runtime() {
        return CelRuntimeFactory.legacyCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .addLibraries(
                        CelExtensions.optional(),
                        CelExtensions.strings(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.comprehensions())
                .addFunctionBindings(KubernetesFunctions.ALL.bindings())
                .build();
    }

    /** What turns expressions over these variables into trees. */
    static CelCompiler compiler(CelTypeProvider types, Map<String, CelType> variables) {
        CelCompilerBuilder builder =
                CelCompilerFactory.standardCelCompilerBuilder()
                        .setOptions(OPTIONS)
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .setTypeProvider(types)
                        .addLibraries(
                                CelExtensions.optional(),
                                CelExtensions.strings(),
                                CelExtensions.sets(OPTIONS),
                                CelExtensions.comprehensions())
                        .addFunctionDeclarations(KubernetesFunctions.ALL.declarations());
        variables.forEach(builder::addVar);
        return builder.build();
    }

    /**
     * One expression.
     *
     * @param allowed the types that it may give
     * @throws CelValidationException if it can't be read or has another type
     */
    static Expression compile(CelCompiler compiler, String text, List<CelType> allowed)
            throws CelValidationException {
        CelAbstractSyntaxTree tree = compiler.compile(text).getAst();
        if (!allowed.contains(tree.getResultType())) {
            throw new CelValidationException(
                    tree.getSource(),
                    List.of(
                            dev.cel.common.CelIssue.formatError(
                                    1, 0, "must evaluate to " + allowed.get(0).name())));
        }
        return program(tree);
    }

    /** A checked tree, ready to run. */
    static Expression program(CelAbstractSyntaxTree tree) {
        try {
            return new Expression(tree, RUNTIME.createProgram(tree));
        } catch (CelEvaluationException e) {
            throw new IllegalStateException("a checked expression can't be run", e);
        }
    }
}
