package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Rule;
import java.util.List;
import java.util.Set;

/** One rule of a role, made for asking. Its resource has been matched by the {@link RuleSet}. */
final class CompiledRule {
    private static final String ANY = "*";

    private final boolean anyVerb;
    private final Set<String> verbs;
    private final boolean anyGroup;
    private final Set<String> groups;
    private final Set<String> names;
    private final List<String> urls;

    CompiledRule(Rule rule) {
        anyVerb = rule.verbs().contains(ANY);
        verbs = Set.copyOf(rule.verbs());
        anyGroup = rule.groups().contains(ANY);
        groups = Set.copyOf(rule.groups());
        names = Set.copyOf(rule.resourceNames());
        urls = List.copyOf(rule.nonResourceUrls());
    }

    boolean allowsResource(Attributes asked) {
        return (anyVerb || verbs.contains(asked.verb()))
                && (anyGroup || groups.contains(asked.group()))
                && (names.isEmpty() || names.contains(asked.name()));
    }

    boolean allowsPath(Attributes asked) {
        return (anyVerb || verbs.contains(asked.verb())) && matchesPath(urls, asked.path());
    }

    /** An exact path, {@code *}, or a beginning followed by {@code *}. */
    static boolean matchesPath(List<String> urls, String path) {
        for (String url : urls) {
            if (url.equals(ANY)
                    || url.equals(path)
                    || (url.endsWith(ANY) && path.regionMatches(0, url, 0, url.length() - 1))) {
                return true;
            }
        }
        return false;
    }
}
