package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authorizer.Rule;
import io.felucca.machinery.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ClusterRoles as they are written, and the rules that follow: an aggregated role has those of all
 * roles whose labels it selects, which may be aggregated too. Not thread-safe.
 */
final class ClusterRoles {

    private record Written(
            Map<String, String> labels, List<LabelSelector> aggregates, List<Rule> rules) {
        boolean isAggregated() {
            return !aggregates.isEmpty();
        }

        boolean selects(Map<String, String> others) {
            for (LabelSelector selector : aggregates) {
                if (selector.matches(others)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final Map<String, Written> roles = new HashMap<>();
    private final Set<String> aggregated = new HashSet<>();

    /** The names of the roles whose rules may have changed with this one. */
    Set<String> put(String name, ObjectNode object) {
        Written role = read(object);
        roles.put(name, role);
        if (role.isAggregated()) {
            aggregated.add(name);
        } else {
            aggregated.remove(name);
        }
        return affected(name);
    }

    Set<String> remove(String name) {
        aggregated.remove(name);
        roles.remove(name);
        return affected(name);
    }

    void clear() {
        roles.clear();
        aggregated.clear();
    }

    Set<String> names() {
        return Set.copyOf(roles.keySet());
    }

    /** Null if there is no such role. */
    RuleSet rules(String name) {
        if (!roles.containsKey(name)) {
            return null;
        }
        Set<Rule> rules = new LinkedHashSet<>();
        collect(name, rules, new HashSet<>());
        return new RuleSet(List.copyOf(rules));
    }

    private void collect(String name, Set<Rule> into, Set<String> seen) {
        Written role = roles.get(name);
        if (!seen.add(name)) {
            return;
        }
        if (!role.isAggregated()) {
            into.addAll(role.rules());
            return;
        }
        for (Map.Entry<String, Written> other : roles.entrySet()) {
            if (role.selects(other.getValue().labels())) {
                collect(other.getKey(), into, seen);
            }
        }
    }

    /** All aggregated roles with it: they are few, and each may select others that select it. */
    private Set<String> affected(String name) {
        Set<String> names = new HashSet<>(aggregated);
        names.add(name);
        return names;
    }

    private static Written read(ObjectNode object) {
        Map<String, String> labels = new HashMap<>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText("")));
        List<LabelSelector> aggregates = new ArrayList<>();
        for (JsonNode selector : object.path("aggregationRule").path("clusterRoleSelectors")) {
            aggregates.add(selector(selector));
        }
        return new Written(
                Map.copyOf(labels),
                List.copyOf(aggregates),
                List.copyOf(RbacObjects.rules(object.path("rules"))));
    }

    /** Validation admits no other selectors; one that came some other way selects nothing. */
    private static LabelSelector selector(JsonNode selector) {
        try {
            return LabelSelector.fromJson(selector);
        } catch (IllegalArgumentException e) {
            return LabelSelector.nothing();
        }
    }
}
