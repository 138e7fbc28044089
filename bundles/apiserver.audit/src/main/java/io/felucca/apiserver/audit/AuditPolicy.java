package io.felucca.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.Auditor.Asked;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Yaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Upstream's Policy of audit.k8s.io/v1: the first rule that fits decides. Immutable. */
final class AuditPolicy {
    private static final Set<String> STAGES =
            Set.of("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic");
    private static final Set<String> FIELDS =
            Set.of(
                    "level",
                    "users",
                    "userGroups",
                    "verbs",
                    "resources",
                    "namespaces",
                    "nonResourceURLs",
                    "omitStages",
                    "omitManagedFields");

    /** What is recorded of one request. */
    record Choice(Level level, Set<String> omitStages, boolean omitManagedFields) {
        static final Choice NOTHING = new Choice(Level.NONE, Set.of(), false);
    }

    /** Resources of a group; without names all of it. */
    private record Resources(String group, List<String> names, List<String> objects) {
        boolean fits(Asked asked) {
            if (!asked.resource().orElseThrow().group().equals(group)) {
                return false;
            }
            if (names.isEmpty()) {
                return true;
            }
            boolean object = objects.isEmpty() || objects.contains(asked.name());
            return object && names.stream().anyMatch(name -> fits(name, asked));
        }

        private static boolean fits(String name, Asked asked) {
            String resource = asked.resource().orElseThrow().resource();
            String part = asked.subresource();
            if (part.isEmpty()) {
                return name.equals("*") || name.equals(resource);
            }
            return name.equals("*")
                    || name.equals(resource + "/" + part)
                    || name.equals(resource + "/*")
                    || name.equals("*/" + part);
        }
    }

    private record Rule(
            Choice choice,
            List<String> users,
            List<String> groups,
            List<String> verbs,
            List<Resources> resources,
            List<String> namespaces,
            List<String> urls) {

        boolean fits(Asked asked) {
            if (!users.isEmpty() && !users.contains(asked.user().name())) {
                return false;
            }
            if (!groups.isEmpty() && asked.user().groups().stream().noneMatch(groups::contains)) {
                return false;
            }
            if (!verbs.isEmpty() && !verbs.contains(asked.verb())) {
                return false;
            }
            if (!namespaces.isEmpty() || !resources.isEmpty()) {
                return fitsResource(asked);
            }
            return urls.isEmpty() || fitsPath(asked);
        }

        private boolean fitsResource(Asked asked) {
            return asked.resource().isPresent()
                    && (namespaces.isEmpty() || namespaces.contains(asked.namespace()))
                    && (resources.isEmpty() || resources.stream().anyMatch(one -> one.fits(asked)));
        }

        private boolean fitsPath(Asked asked) {
            if (asked.resource().isPresent()) {
                return false;
            }
            for (String url : urls) {
                boolean begins =
                        url.endsWith("*")
                                && asked.path().startsWith(url.substring(0, url.length() - 1));
                if (begins || url.equals(asked.path())) {
                    return true;
                }
            }
            return false;
        }
    }

    private final List<Rule> rules;

    private AuditPolicy(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * @throws IllegalArgumentException naming the field that is wrong
     */
    static AuditPolicy read(byte[] yaml) {
        JsonNode policy = Json.parseObject(Yaml.toJson(yaml));
        if (!policy.path("kind").asText("").equals("Policy")
                || !policy.path("apiVersion").asText("").equals("audit.k8s.io/v1")) {
            throw new IllegalArgumentException("it must be a Policy of audit.k8s.io/v1");
        }
        if (policy.path("rules").isEmpty()) {
            throw new IllegalArgumentException("rules: loaded illegal policy with 0 rules");
        }
        List<Rule> rules = new ArrayList<>();
        int number = 0;
        for (JsonNode rule : policy.path("rules")) {
            try {
                rules.add(rule(policy, rule));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("rules[" + number + "]: " + e.getMessage(), e);
            }
            number++;
        }
        return new AuditPolicy(rules);
    }

    private static Rule rule(JsonNode policy, JsonNode rule) {
        rule.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!FIELDS.contains(field)) {
                                throw new IllegalArgumentException("unknown field " + field);
                            }
                        });
        List<Resources> resources = new ArrayList<>();
        for (JsonNode one : rule.path("resources")) {
            resources.add(
                    new Resources(
                            one.path("group").asText(""),
                            texts(one.path("resources")),
                            texts(one.path("resourceNames"))));
        }
        List<String> urls = texts(rule.path("nonResourceURLs"));
        if (!urls.isEmpty() && (!resources.isEmpty() || rule.has("namespaces"))) {
            throw new IllegalArgumentException(
                    "nonResourceURLs: rules cannot apply to both regular resources and non-resource"
                            + " URLs");
        }
        Set<String> omitted = new HashSet<>(stages(policy.path("omitStages")));
        omitted.addAll(stages(rule.path("omitStages")));
        boolean withoutManagedFields =
                rule.has("omitManagedFields")
                        ? rule.path("omitManagedFields").asBoolean()
                        : policy.path("omitManagedFields").asBoolean();
        return new Rule(
                new Choice(
                        Level.of(rule.path("level").asText("")),
                        Set.copyOf(omitted),
                        withoutManagedFields),
                texts(rule.path("users")),
                texts(rule.path("userGroups")),
                texts(rule.path("verbs")),
                List.copyOf(resources),
                texts(rule.path("namespaces")),
                urls);
    }

    private static List<String> stages(JsonNode list) {
        List<String> stages = texts(list);
        for (String stage : stages) {
            if (!STAGES.contains(stage)) {
                throw new IllegalArgumentException("omitStages: there is no stage " + stage);
            }
        }
        return stages;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText("")));
        return List.copyOf(texts);
    }

    Choice choose(Asked asked) {
        for (Rule rule : rules) {
            if (rule.fits(asked)) {
                return rule.choice();
            }
        }
        return Choice.NOTHING;
    }
}
