package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A role's rules, indexed by resource. Immutable. */
final class RuleSet {
    static final RuleSet EMPTY = new RuleSet(List.of());

    private static final String ANY = "*";

    private final List<Rule> rules;
    private final Map<String, List<CompiledRule>> byResource = new HashMap<>();
    private final Map<String, List<CompiledRule>> bySubresource = new HashMap<>();
    private final List<CompiledRule> anyResource = new ArrayList<>();
    private final List<CompiledRule> paths = new ArrayList<>();

    RuleSet(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        for (Rule rule : rules) {
            CompiledRule compiled = new CompiledRule(rule);
            if (!rule.nonResourceUrls().isEmpty()) {
                paths.add(compiled);
            }
            for (String resource : rule.resources()) {
                if (resource.equals(ANY)) {
                    anyResource.add(compiled);
                } else if (resource.startsWith("*/")) {
                    add(bySubresource, resource.substring(2), compiled);
                } else {
                    add(byResource, resource, compiled);
                }
            }
        }
    }

    List<Rule> rules() {
        return rules;
    }

    /**
     * @param resource with the subresource, as rules name it: {@code pods/log}
     */
    boolean allows(Attributes asked, String resource) {
        if (!asked.isResource()) {
            return anyAllowsPath(asked);
        }
        return anyAllows(byResource.get(resource), asked)
                || anyAllows(anyResource, asked)
                || (!asked.subresource().isEmpty()
                        && anyAllows(bySubresource.get(asked.subresource()), asked));
    }

    private boolean anyAllowsPath(Attributes asked) {
        for (CompiledRule rule : paths) {
            if (rule.allowsPath(asked)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyAllows(List<CompiledRule> candidates, Attributes asked) {
        if (candidates != null) {
            for (CompiledRule rule : candidates) {
                if (rule.allowsResource(asked)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void add(Map<String, List<CompiledRule>> index, String key, CompiledRule rule) {
        index.computeIfAbsent(key, none -> new ArrayList<>()).add(rule);
    }
}
