package io.felucca.schema.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Describes the fields of which the model tells only the type. Our own table says it where it has a
 * line for the field (as {@code Type.field} or {@code field}; the type that holds the field or that
 * it refers to), elsewhere the type's own words stand for it.
 */
final class Words {
    private final Map<String, String> table = new HashMap<>();
    private final Set<String> unused;
    private final Map<String, ObjectNode> definitions;

    Words(Path file, Map<String, ObjectNode> definitions) throws IOException {
        for (String line : Files.readAllLines(file)) {
            int colon = line.indexOf(": ");
            if (colon < 0
                    || table.put(line.substring(0, colon), line.substring(colon + 2)) != null) {
                throw new IllegalArgumentException("not \"field: words\", or twice: " + line);
            }
        }
        unused = new HashSet<>(table.keySet());
        this.definitions = definitions;
    }

    /**
     * Adds a description to each field that refers to a type and has none.
     *
     * @return what is wrong with the table
     */
    List<String> describe() {
        definitions.forEach(
                (owner, definition) ->
                        definition
                                .get("properties")
                                .properties()
                                .forEach(
                                        field ->
                                                describe(owner, field.getKey(), field.getValue())));
        List<String> problems = new ArrayList<>();
        unused.forEach(key -> problems.add("words.txt: no field needs " + key));
        return problems;
    }

    private void describe(String owner, String field, JsonNode node) {
        if (!node.has("$ref") || node.has("description")) {
            return;
        }
        String type = node.get("$ref").asText();
        for (String key : List.of(simple(owner) + "." + field, simple(type) + "." + field, field)) {
            if (table.containsKey(key)) {
                unused.remove(key);
                ((ObjectNode) node).put("description", table.get(key));
                return;
            }
        }
        ((ObjectNode) node).set("description", definitions.get(type).get("description"));
    }

    private static String simple(String definition) {
        return definition.substring(definition.lastIndexOf('.') + 1);
    }
}
