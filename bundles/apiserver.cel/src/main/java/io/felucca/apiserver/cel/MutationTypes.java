package io.felucca.apiserver.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The types that expressions of mutations make (KEP-3962): {@code Object} and what is inside it,
 * such as {@code Object.spec.template}, with whatever fields; and {@code JSONPatch}. As the
 * library's types must name their fields, they have those that expressions were seen to use. For
 * one thread.
 */
// A compiler is made anew once another field is known, so none sees a change.
@SuppressWarnings("Immutable")
final class MutationTypes implements CelTypeProvider {
    static final String OBJECT = "Object";
    static final String PATCH = "JSONPatch";

    private static final StructType PATCH_TYPE =
            StructType.create(
                    PATCH,
                    ImmutableSet.of("op", "path", "from", "value"),
                    field ->
                            Optional.of(
                                    field.equals("value") ? SimpleType.DYN : SimpleType.STRING));

    private final Map<String, Set<String>> fields = new HashMap<>();

    /** Whether it is a list of patches, or one that holds nothing. */
    static boolean isPatch(ListType list) {
        return !list.hasElemType()
                || list.elemType().equals(SimpleType.DYN)
                || list.elemType().kind() == CelKind.TYPE_PARAM
                || list.elemType().name().equals(PATCH);
    }

    static boolean isObject(CelType type) {
        return type instanceof StructType && type.name().equals(OBJECT);
    }

    /** Learns the fields that an expression uses, before its types are checked; whether any. */
    boolean learn(CelAbstractSyntaxTree parsed) {
        return learn(parsed.getExpr());
    }

    private boolean learn(CelExpr expression) {
        boolean learnt = false;
        if (expression.getKind() == CelExpr.ExprKind.Kind.STRUCT) {
            CelExpr.CelStruct struct = expression.struct();
            if (isOfObject(struct.messageName())) {
                Set<String> known =
                        fields.computeIfAbsent(struct.messageName(), name -> new TreeSet<>());
                struct.entries().forEach(entry -> known.add(entry.fieldKey()));
                learnt = true;
            }
        }
        for (CelExpr child : Trees.children(expression)) {
            learnt |= learn(child);
        }
        return learnt;
    }

    private static boolean isOfObject(String name) {
        return name.equals(OBJECT) || name.startsWith(OBJECT + ".");
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.of();
    }

    @Override
    public Optional<CelType> findType(String name) {
        if (name.equals(PATCH)) {
            return Optional.of(PATCH_TYPE);
        }
        Set<String> known = fields.get(name);
        if (known == null) {
            return RequestTypes.ALL.findType(name);
        }
        return Optional.of(
                StructType.create(
                        name,
                        ImmutableSet.copyOf(known),
                        // Whatever is not there is found out when the object is decoded.
                        field -> Optional.of(SimpleType.DYN)));
    }
}
