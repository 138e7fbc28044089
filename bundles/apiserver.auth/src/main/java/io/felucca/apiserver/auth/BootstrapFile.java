package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code bootstrap-roles.txt}, whose head says how it is written, into RBAC objects. For one
 * file.
 */
final class BootstrapFile {
    private static final String API_GROUP = "rbac.authorization.k8s.io";
    private static final String API_VERSION = API_GROUP + "/v1";

    private final List<ObjectNode> objects = new ArrayList<>();
    private final Map<String, ObjectNode> labelled = new LinkedHashMap<>();
    private ObjectNode role;

    private BootstrapFile() {}

    /**
     * All objects. Aggregated roles have the rules that they select in the file, as a reader
     * expects to see them.
     *
     * @throws IllegalArgumentException naming the line that is wrong
     */
    static List<ObjectNode> read(String text) {
        BootstrapFile file = new BootstrapFile();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                file.line(line);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("line " + number + ": " + line, e);
            }
        }
        for (ObjectNode object : file.objects) {
            if (object.has("aggregationRule")) {
                Set<ObjectNode> rules = new LinkedHashSet<>();
                file.collect(object, rules);
                ((ArrayNode) object.get("rules")).addAll(rules);
            }
        }
        return file.objects;
    }

    private void line(String line) {
        if (line.startsWith(" ")) {
            rule(fields(line.strip(), "\\|"));
            return;
        }
        List<String> words = fields(line, " ");
        switch (words.get(0)) {
            case "clusterrole" -> clusterRole(words);
            case "role" -> role = start("Role", words.get(1), words.get(2), "rules");
            case "clusterbinding" -> binding("", words.get(1), line, "ClusterRole");
            case "binding" -> binding(words.get(1), words.get(2), line, "Role");
            default -> throw new IllegalArgumentException("unknown word " + words.get(0));
        }
    }

    private void clusterRole(List<String> words) {
        role = start("ClusterRole", "", words.get(1), "rules");
        for (String option : words.subList(2, words.size())) {
            List<String> parts = fields(option, "=");
            String label = API_GROUP + "/" + parts.get(1);
            if (parts.get(0).equals("label")) {
                role.withObject("/metadata").withObject("/labels").put(label, "true");
                labelled.put(words.get(1), role);
            } else {
                role.putObject("aggregationRule")
                        .putArray("clusterRoleSelectors")
                        .addObject()
                        .putObject("matchLabels")
                        .put(label, "true");
            }
        }
    }

    private void rule(List<String> parts) {
        ObjectNode rule = ((ArrayNode) role.get("rules")).addObject();
        if (parts.get(0).equals("url")) {
            rule.set("nonResourceURLs", array(parts.get(1)));
        } else {
            ArrayNode groups = rule.putArray("apiGroups");
            fields(parts.get(0), ",")
                    .forEach(group -> groups.add(group.equals("core") ? "" : group));
            rule.set("resources", array(parts.get(1)));
        }
        rule.set("verbs", array(parts.get(2)));
        if (parts.size() > 3) {
            rule.set("resourceNames", array(parts.get(3)));
        }
    }

    private void binding(String namespace, String name, String line, String roleKind) {
        ObjectNode binding =
                start(
                        namespace.isEmpty() ? "ClusterRoleBinding" : "RoleBinding",
                        namespace,
                        name,
                        "subjects");
        List<String> sides = fields(line.split(" -> ", 2)[1], ": ");
        binding.putObject("roleRef")
                .put("apiGroup", API_GROUP)
                .put("kind", roleKind)
                .put("name", sides.get(0));
        if (sides.get(1).equals("nobody")) {
            return;
        }
        for (String one : fields(sides.get(1), ", ")) {
            List<String> words = fields(one, " ");
            ObjectNode subject = ((ArrayNode) binding.get("subjects")).addObject();
            subject.put("kind", words.get(0));
            if (words.get(0).equals("ServiceAccount")) {
                List<String> account = fields(words.get(1), "/");
                subject.put("name", account.get(1)).put("namespace", account.get(0));
            } else {
                subject.put("apiGroup", API_GROUP).put("name", words.get(1));
            }
        }
    }

    private ObjectNode start(String kind, String namespace, String name, String content) {
        ObjectNode object = Json.object().put("apiVersion", API_VERSION).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
        metadata.putObject("annotations").put(BootstrapRoles.AUTO_UPDATE, "true");
        object.putArray(content);
        objects.add(object);
        return object;
    }

    private void collect(ObjectNode object, Set<ObjectNode> into) {
        if (!object.has("aggregationRule")) {
            object.get("rules").forEach(rule -> into.add(rule.deepCopy()));
            return;
        }
        String label =
                object.at("/aggregationRule/clusterRoleSelectors/0/matchLabels")
                        .fieldNames()
                        .next();
        for (ObjectNode other : labelled.values()) {
            if (!other.equals(object) && other.path("metadata").path("labels").has(label)) {
                collect(other, into);
            }
        }
    }

    private static ArrayNode array(String commaSeparated) {
        ArrayNode array = Json.mapper().createArrayNode();
        fields(commaSeparated, ",").forEach(array::add);
        return array;
    }

    private static List<String> fields(String text, String separator) {
        return Arrays.stream(text.split(separator, -1)).map(String::strip).toList();
    }
}
