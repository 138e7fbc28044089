package io.felucca.apiserver.auth.abac;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Rule;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One line of an ABAC policy file, of the version v1beta1. An empty field matches nothing. */
record AbacPolicy(
        String user,
        String group,
        boolean readOnly,
        String apiGroup,
        String resource,
        String namespace,
        String path) {
    private static final String VERSION = "abac.authorization.kubernetes.io/v1beta1";
    private static final Set<String> FIELDS =
            Set.of(
                    "user",
                    "group",
                    "readonly",
                    "apiGroup",
                    "resource",
                    "namespace",
                    "nonResourcePath");
    private static final Set<String> READING = Set.of("get", "list", "watch");
    private static final String ANY = "*";

    /**
     * @throws IllegalArgumentException naming the line that is wrong
     */
    static List<AbacPolicy> read(String text) {
        List<AbacPolicy> policies = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            try {
                policies.add(parse(line));
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "error reading policy file line " + number + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(policies);
    }

    private static AbacPolicy parse(String line) throws IOException {
        JsonNode json = Json.mapper().readTree(line);
        if (!json.path("apiVersion").asText("").equals(VERSION)
                || !json.path("kind").asText("").equals("Policy")) {
            throw new IllegalArgumentException("it must be a Policy of " + VERSION);
        }
        JsonNode spec = json.path("spec");
        spec.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!FIELDS.contains(field)) {
                                throw new IllegalArgumentException("unknown field spec." + field);
                            }
                        });
        return new AbacPolicy(
                spec.path("user").asText(""),
                spec.path("group").asText(""),
                spec.path("readonly").asBoolean(),
                spec.path("apiGroup").asText(""),
                spec.path("resource").asText(""),
                spec.path("namespace").asText(""),
                spec.path("nonResourcePath").asText(""));
    }

    boolean allows(Attributes asked) {
        return isFor(asked.user())
                && (!readOnly || READING.contains(asked.verb()))
                && (asked.isResource() ? matchesResource(asked) : matchesPath(asked.path()));
    }

    /** Where both are given, both must fit. */
    boolean isFor(UserInfo asking) {
        boolean named = !user.isEmpty() || !group.isEmpty();
        boolean userFits = user.isEmpty() || user.equals(ANY) || user.equals(asking.name());
        boolean groupFits = group.isEmpty() || group.equals(ANY) || asking.groups().contains(group);
        return named && userFits && groupFits;
    }

    private boolean matchesResource(Attributes asked) {
        return fits(namespace, asked.namespace())
                && fits(resource, asked.resource())
                && fits(apiGroup, asked.group());
    }

    private static boolean fits(String wanted, String asked) {
        return wanted.equals(ANY) || wanted.equals(asked);
    }

    private boolean matchesPath(String asked) {
        return path.equals(asked)
                || path.equals(ANY)
                || (path.endsWith(ANY) && asked.startsWith(path.substring(0, path.length() - 1)));
    }

    /** As a role would say it; nothing in other namespaces. */
    List<Rule> rules(String in) {
        List<String> verbs = readOnly ? List.of("get", "list", "watch") : List.of(ANY);
        List<Rule> rules = new ArrayList<>();
        if (!resource.isEmpty() && fits(namespace, in)) {
            rules.add(new Rule(verbs, List.of(apiGroup), List.of(resource), List.of(), List.of()));
        }
        if (!path.isEmpty()) {
            rules.add(new Rule(verbs, List.of(), List.of(), List.of(), List.of(path)));
        }
        return rules;
    }
}
