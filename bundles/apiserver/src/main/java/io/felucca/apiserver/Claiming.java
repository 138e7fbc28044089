package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Strategy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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

    /**
     * Whether somebody else holds a claim; the answers stay what they were for as long as one
     * strategy looks, so that it does not find taken what it has just found free. The store
     * decides.
     *
     * @param key of the object that claims
     * @param lost what was lost in an attempt before
     */
    static Predicate<String> taken(Claims claims, String key, Set<String> lost) {
        Map<String, Boolean> answers = new HashMap<>();
        return claim ->
                answers.computeIfAbsent(
                        claim,
                        asked -> {
                            Claims.Holder holder = claims.holder(asked);
                            return lost.contains(asked)
                                    || (holder != null && !holder.owner().equals(key));
                        });
    }

    static boolean is(Strategy strategy) {
        return CLAIMS.get(strategy.getClass());
    }
}
