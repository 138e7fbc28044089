package io.felucca.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.FlowControl.Asked;
import io.felucca.apiserver.api.UserInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A FlowSchema: which requests belong to it, and to which flow of it.
 *
 * @param level the name of its priority level
 */
record Schema(
        String name,
        String uid,
        int precedence,
        String level,
        Distinguisher distinguisher,
        List<Rule> rules) {
    /** The lowest precedence is asked first, of equal ones by name. */
    static final Comparator<Schema> ORDER =
            Comparator.comparingInt(Schema::precedence).thenComparing(Schema::name);

    /** What tells flows of a schema apart. */
    enum Distinguisher {
        NONE,
        BY_USER,
        BY_NAMESPACE
    }

    /** Some subjects and what they do. */
    private record Rule(
            List<Subject> subjects, List<ResourceRule> resources, List<PathRule> paths) {
        boolean matches(Asked asked) {
            if (!has(asked.user())) {
                return false;
            }
            // No streams: each request comes through here for most schemas.
            if (!asked.isForResource()) {
                for (PathRule rule : paths) {
                    if (rule.matches(asked)) {
                        return true;
                    }
                }
                return false;
            }
            for (ResourceRule rule : resources) {
                if (rule.matches(asked)) {
                    return true;
                }
            }
            return false;
        }

        private boolean has(UserInfo user) {
            for (Subject subject : subjects) {
                if (subject.matches(user)) {
                    return true;
                }
            }
            return false;
        }
    }

    private record ResourceRule(
            Words verbs, Words groups, Words resources, Words namespaces, boolean clusterScope) {
        boolean matches(Asked asked) {
            return verbs.have(asked.verb())
                    && groups.have(asked.group())
                    && (asked.namespace().isEmpty()
                            ? clusterScope
                            : namespaces.have(asked.namespace()))
                    && hasResource(asked);
        }

        private boolean hasResource(Asked asked) {
            boolean isWhole = asked.subresource().isEmpty() || resources.all();
            return isWhole
                    ? resources.have(asked.resource())
                    : resources.have(asked.resource() + "/" + asked.subresource());
        }
    }

    private record PathRule(Words verbs, Words urls) {
        boolean matches(Asked asked) {
            return verbs.have(asked.verb()) && urls.havePath(asked.path());
        }
    }

    Schema {
        rules = List.copyOf(rules);
    }

    static Schema read(JsonNode object) {
        JsonNode spec = object.path("spec");
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : spec.path("rules")) {
            List<Subject> subjects = new ArrayList<>();
            rule.path("subjects").forEach(one -> subjects.add(Subject.read(one)));
            List<ResourceRule> resources = new ArrayList<>();
            for (JsonNode one : rule.path("resourceRules")) {
                resources.add(
                        new ResourceRule(
                                Words.read(one.path("verbs")),
                                Words.read(one.path("apiGroups")),
                                Words.read(one.path("resources")),
                                Words.read(one.path("namespaces")),
                                one.path("clusterScope").asBoolean()));
            }
            List<PathRule> paths = new ArrayList<>();
            for (JsonNode one : rule.path("nonResourceRules")) {
                paths.add(
                        new PathRule(
                                Words.read(one.path("verbs")),
                                Words.read(one.path("nonResourceURLs"))));
            }
            rules.add(new Rule(subjects, resources, paths));
        }
        return new Schema(
                object.path("metadata").path("name").asText(),
                object.path("metadata").path("uid").asText(),
                spec.path("matchingPrecedence").asInt(1000),
                spec.path("priorityLevelConfiguration").path("name").asText(),
                switch (spec.path("distinguisherMethod").path("type").asText()) {
                    case "ByUser" -> Distinguisher.BY_USER;
                    case "ByNamespace" -> Distinguisher.BY_NAMESPACE;
                    default -> Distinguisher.NONE;
                },
                rules);
    }

    boolean matches(Asked asked) {
        for (Rule rule : rules) {
            if (rule.matches(asked)) {
                return true;
            }
        }
        return false;
    }

    /** A number that requests of one flow have in common, and others hardly ever. */
    long flow(Asked asked) {
        String by =
                switch (distinguisher) {
                    case NONE -> "";
                    case BY_USER -> asked.user().name();
                    case BY_NAMESPACE -> asked.namespace();
                };
        return mix(31L * mix(name.hashCode()) + by.hashCode());
    }

    /** Spreads the bits of a hash over all 64, as SplitMix64 does. */
    private static long mix(long bits) {
        long mixed = bits + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
