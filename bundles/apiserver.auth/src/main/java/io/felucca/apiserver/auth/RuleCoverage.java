package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.Authorizer.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether some rules allow all that others allow. */
final class RuleCoverage {
    private static final String ANY = "*";

    private RuleCoverage() {}

    /** What of {@code wanted} the held rules don't allow, rule by rule; empty if they do. */
    static List<Rule> missing(List<Rule> held, List<Rule> wanted) {
        Map<Rule, TreeSet<String>> missing = new LinkedHashMap<>();
        for (Rule rule : wanted) {
            for (Rule single : singles(rule)) {
                if (held.stream().noneMatch(owner -> covers(owner, single))) {
                    // One line for all verbs on a thing, as upstream prints it.
                    missing.computeIfAbsent(withVerbs(single, List.of()), none -> new TreeSet<>())
                            .addAll(single.verbs());
                }
            }
        }
        List<Rule> rules = new ArrayList<>();
        missing.forEach((rule, verbs) -> rules.add(withVerbs(rule, List.copyOf(verbs))));
        return rules;
    }

    /** Such as {@code {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}}. */
    static String print(Rule rule) {
        List<String> parts = new ArrayList<>();
        print(parts, "APIGroups", rule.groups());
        print(parts, "Resources", rule.resources());
        print(parts, "NonResourceURLs", rule.nonResourceUrls());
        print(parts, "ResourceNames", rule.resourceNames());
        print(parts, "Verbs", rule.verbs());
        return "{" + String.join(", ", parts) + "}";
    }

    /** Such as {@code ["a" "b"]}. */
    static String print(List<String> values) {
        return values.stream()
                .map(value -> '"' + value + '"')
                .collect(Collectors.joining(" ", "[", "]"));
    }

    /** The rules that allow one verb on one thing each. */
    private static List<Rule> singles(Rule rule) {
        List<Rule> singles = new ArrayList<>();
        List<String> names =
                rule.resourceNames().isEmpty()
                        ? Collections.singletonList(null)
                        : rule.resourceNames();
        for (String verb : rule.verbs()) {
            for (String group : rule.groups()) {
                for (String resource : rule.resources()) {
                    for (String name : names) {
                        singles.add(
                                new Rule(
                                        List.of(verb),
                                        List.of(group),
                                        List.of(resource),
                                        name == null ? List.of() : List.of(name),
                                        List.of()));
                    }
                }
            }
            for (String url : rule.nonResourceUrls()) {
                singles.add(new Rule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
            }
        }
        return singles;
    }

    private static boolean covers(Rule owner, Rule single) {
        if (!has(owner.verbs(), single.verbs().get(0))) {
            return false;
        }
        if (!single.nonResourceUrls().isEmpty()) {
            return coversUrl(owner.nonResourceUrls(), single.nonResourceUrls().get(0));
        }
        return has(owner.groups(), single.groups().get(0))
                && coversResource(owner.resources(), single.resources().get(0))
                && coversName(owner.resourceNames(), single.resourceNames());
    }

    private static boolean has(List<String> values, String wanted) {
        return values.contains(ANY) || values.contains(wanted);
    }

    private static boolean coversResource(List<String> owned, String wanted) {
        int slash = wanted.indexOf('/');
        return has(owned, wanted) || (slash >= 0 && owned.contains(ANY + wanted.substring(slash)));
    }

    private static boolean coversName(List<String> owned, List<String> wanted) {
        return owned.isEmpty() || (!wanted.isEmpty() && owned.contains(wanted.get(0)));
    }

    /** {@code /a/*} is covered by itself and by shorter beginnings. */
    private static boolean coversUrl(List<String> owned, String wanted) {
        return CompiledRule.matchesPath(owned, wanted);
    }

    private static Rule withVerbs(Rule rule, List<String> verbs) {
        return new Rule(
                verbs,
                rule.groups(),
                rule.resources(),
                rule.resourceNames(),
                rule.nonResourceUrls());
    }

    private static void print(List<String> into, String name, List<String> values) {
        if (!values.isEmpty()) {
            into.add(name + ":" + print(values));
        }
    }
}
