package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Strategy;
import java.util.function.Predicate;

/** Tells the few strategies that claim something, for whom a copy is worth it, from the rest. */
final class Claiming {
    private static final ClassValue<Boolean> CLAIMS =
            new ClassValue<>() {
                @Override
                protected Boolean computeValue(Class<?> type) {
                    try {
                        return type.getMethod(
                                                "claim",
                                                ObjectNode.class,
                                                ObjectNode.class,
                                                Predicate.class)
                                        .getDeclaringClass()
                                != Strategy.class;
                    } catch (NoSuchMethodException e) {
                        throw new IllegalStateException("a strategy without its methods", e);
                    }
                }
            };

    private Claiming() {}

    static boolean is(Strategy strategy) {
        return CLAIMS.get(strategy.getClass());
    }
}
