package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authorizer.Rule;
import java.util.ArrayList;
import java.util.List;

/** Reads the RBAC types' JSON; all that is missing is empty. */
final class RbacObjects {

    /** Whom a binding grants to, as the user or group name that a request carries. */
    record Subject(boolean group, String name, String description) {}

    /**
     * @param namespace empty for a ClusterRoleBinding
     * @param grant what an answer says it was allowed by
     */
    record Binding(
            String namespace, String name, RoleKey role, String grant, List<Subject> subjects) {}

    private RbacObjects() {}

    static List<Rule> rules(JsonNode array) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : array) {
            rules.add(
                    new Rule(
                            strings(rule.path("verbs")),
                            strings(rule.path("apiGroups")),
                            strings(rule.path("resources")),
                            strings(rule.path("resourceNames")),
                            strings(rule.path("nonResourceURLs"))));
        }
        return rules;
    }

    static RoleKey roleRef(ObjectNode binding, String namespace) {
        JsonNode reference = binding.path("roleRef");
        boolean cluster = reference.path("kind").asText("").equals("ClusterRole");
        return new RoleKey(cluster ? "" : namespace, reference.path("name").asText(""));
    }

    static Binding binding(ObjectNode object) {
        String namespace = object.path("metadata").path("namespace").asText("");
        String name = object.path("metadata").path("name").asText("");
        JsonNode reference = object.path("roleRef");
        List<Subject> subjects = new ArrayList<>();
        // A role of a namespace means nothing in the whole cluster; validation admits none.
        if (!namespace.isEmpty() || reference.path("kind").asText("").equals("ClusterRole")) {
            for (JsonNode subject : object.path("subjects")) {
                addSubject(subjects, subject, namespace);
            }
        }
        String grant =
                (namespace.isEmpty()
                                ? "ClusterRoleBinding \"" + name
                                : "RoleBinding \"" + name + "/" + namespace)
                        + "\" of "
                        + reference.path("kind").asText("")
                        + " \""
                        + reference.path("name").asText("")
                        + "\" to ";
        return new Binding(namespace, name, roleRef(object, namespace), grant, subjects);
    }

    private static void addSubject(List<Subject> into, JsonNode subject, String bindingNamespace) {
        String kind = subject.path("kind").asText("");
        String name = subject.path("name").asText("");
        switch (kind) {
            case "User" -> into.add(new Subject(false, name, "User \"" + name + '"'));
            case "Group" -> into.add(new Subject(true, name, "Group \"" + name + '"'));
            case "ServiceAccount" -> {
                String namespace = subject.path("namespace").asText(bindingNamespace);
                if (!namespace.isEmpty()) {
                    into.add(
                            new Subject(
                                    false,
                                    "system:serviceaccount:" + namespace + ":" + name,
                                    "ServiceAccount \"" + name + "/" + namespace + '"'));
                }
            }
            default -> {
                // Validation admits no other kind; one that came some other way grants nothing.
            }
        }
    }

    private static List<String> strings(JsonNode array) {
        List<String> values = new ArrayList<>(array.size());
        for (JsonNode value : array) {
            values.add(value.asText(""));
        }
        return values;
    }
}
