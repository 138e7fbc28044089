package io.felucca.apiserver.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions with what they do. Declared once, before the first expression; immutable after {@link
 * #declarations} was called.
 */
final class Library {
    private final List<CelFunctionDecl> declarations = new ArrayList<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();

    /** A parameter: what expressions see, and what the function gets. */
    record Parameter(CelType type, Class<?> javaType) {}

    /** What a function does. */
    @FunctionalInterface
    interface Body {
        Object apply(Object[] arguments);
    }

    List<CelFunctionDecl> declarations() {
        return declarations;
    }

    List<CelFunctionBinding> bindings() {
        return bindings;
    }

    /** A function such as {@code isURL(text)}. */
    void function(String name, String id, CelType result, Body body, Parameter... parameters) {
        add(
                name,
                CelOverloadDecl.newGlobalOverload(id, result, types(parameters)),
                body,
                parameters);
    }

    /** A function of its first parameter, such as {@code text.find(pattern)}. */
    void member(String name, String id, CelType result, Body body, Parameter... parameters) {
        add(
                name,
                CelOverloadDecl.newMemberOverload(id, result, types(parameters)),
                body,
                parameters);
    }

    // What the functions hold are other functions without state.
    @SuppressWarnings("Immutable")
    private void add(String name, CelOverloadDecl overload, Body body, Parameter... parameters) {
        declarations.add(CelFunctionDecl.newFunctionDeclaration(name, overload));
        List<Class<?>> classes = new ArrayList<>();
        for (Parameter one : parameters) {
            classes.add(one.javaType());
        }
        bindings.add(CelFunctionBinding.from(overload.overloadId(), classes, body::apply));
    }

    private static List<CelType> types(Parameter... parameters) {
        List<CelType> types = new ArrayList<>();
        for (Parameter one : parameters) {
            types.add(one.type());
        }
        return types;
    }
}
