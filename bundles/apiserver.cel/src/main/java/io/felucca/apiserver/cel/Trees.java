package io.felucca.apiserver.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.List;

/** Walks over expressions, and makes maps of the structs in them, which the runtime has none of. */
final class Trees {
    /** The key under which such a map keeps the struct's name. No field has such a name. */
    static final String TYPE = "@type";

    private long lastId;

    private Trees(long lastId) {
        this.lastId = lastId;
    }

    static List<CelExpr> children(CelExpr expression) {
        List<CelExpr> children = new ArrayList<>();
        switch (expression.getKind()) {
            case CALL -> {
                expression.call().target().ifPresent(children::add);
                children.addAll(expression.call().args());
            }
            case SELECT -> children.add(expression.select().operand());
            case LIST -> children.addAll(expression.list().elements());
            case STRUCT -> expression.struct().entries().forEach(one -> children.add(one.value()));
            case MAP ->
                    expression
                            .map()
                            .entries()
                            .forEach(
                                    one -> {
                                        children.add(one.key());
                                        children.add(one.value());
                                    });
            case COMPREHENSION -> {
                CelExpr.CelComprehension loop = expression.comprehension();
                children.addAll(
                        List.of(
                                loop.iterRange(),
                                loop.accuInit(),
                                loop.loopCondition(),
                                loop.loopStep(),
                                loop.result()));
            }
            case CONSTANT, IDENT, NOT_SET -> {
                // Has nothing inside it.
            }
        }
        return children;
    }

    /** A checked expression, with its types, in which each struct has become a map. */
    static CelAbstractSyntaxTree withoutStructs(CelAbstractSyntaxTree checked) {
        CelExpr root = checked.getExpr();
        if (!hasStruct(root)) {
            return checked;
        }
        return CelAbstractSyntaxTree.newCheckedAst(
                new Trees(largestId(root)).rewritten(root),
                checked.getSource(),
                checked.getReferenceMap(),
                checked.getTypeMap());
    }

    private static boolean hasStruct(CelExpr expression) {
        return expression.getKind() == CelExpr.ExprKind.Kind.STRUCT
                || children(expression).stream().anyMatch(Trees::hasStruct);
    }

    private static long largestId(CelExpr expression) {
        long largest = expression.id();
        for (CelExpr child : children(expression)) {
            largest = Math.max(largest, largestId(child));
        }
        return largest;
    }

    private CelExpr rewritten(CelExpr expression) {
        long id = expression.id();
        return switch (expression.getKind()) {
            case CONSTANT, IDENT, NOT_SET -> expression;
            case SELECT ->
                    CelExpr.ofSelect(
                            id,
                            rewritten(expression.select().operand()),
                            expression.select().field(),
                            expression.select().testOnly());
            case CALL ->
                    CelExpr.ofCall(
                            id,
                            expression.call().target().map(this::rewritten),
                            expression.call().function(),
                            rewritten(expression.call().args()));
            case LIST ->
                    CelExpr.ofList(
                            id,
                            rewritten(expression.list().elements()),
                            expression.list().optionalIndices());
            case MAP -> CelExpr.ofMap(id, entries(expression.map()));
            case STRUCT -> CelExpr.ofMap(id, entries(expression.struct()));
            case COMPREHENSION -> {
                CelExpr.CelComprehension loop = expression.comprehension();
                yield CelExpr.ofComprehension(
                        id,
                        loop.iterVar(),
                        loop.iterVar2(),
                        rewritten(loop.iterRange()),
                        loop.accuVar(),
                        rewritten(loop.accuInit()),
                        rewritten(loop.loopCondition()),
                        rewritten(loop.loopStep()),
                        rewritten(loop.result()));
            }
        };
    }

    private ImmutableList<CelExpr> rewritten(List<CelExpr> all) {
        return all.stream().map(this::rewritten).collect(ImmutableList.toImmutableList());
    }

    private ImmutableList<CelExpr.CelMap.Entry> entries(CelExpr.CelMap map) {
        return map.entries().stream()
                .map(
                        one ->
                                CelExpr.ofMapEntry(
                                        one.id(),
                                        rewritten(one.key()),
                                        rewritten(one.value()),
                                        one.optionalEntry()))
                .collect(ImmutableList.toImmutableList());
    }

    private ImmutableList<CelExpr.CelMap.Entry> entries(CelExpr.CelStruct struct) {
        List<CelExpr.CelMap.Entry> entries = new ArrayList<>();
        entries.add(
                CelExpr.ofMapEntry(
                        ++lastId, constant(TYPE), constant(struct.messageName()), false));
        for (CelExpr.CelStruct.Entry one : struct.entries()) {
            entries.add(
                    CelExpr.ofMapEntry(
                            one.id(),
                            constant(one.fieldKey()),
                            rewritten(one.value()),
                            one.optionalEntry()));
        }
        return ImmutableList.copyOf(entries);
    }

    private CelExpr constant(String text) {
        return CelExpr.ofConstant(++lastId, CelConstant.ofValue(text));
    }
}
