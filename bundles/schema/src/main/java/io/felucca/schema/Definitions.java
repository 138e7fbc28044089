package io.felucca.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads the generated resources: {@code index.txt} with a line for each definition (name, then the
 * kinds it describes as {@code group/version/Kind}), and one JSON file for each definition.
 */
final class Definitions {
    private static final Definitions SHARED = new Definitions();

    private final Map<String, List<GroupVersionKind>> kindsByName = new TreeMap<>();
    private final Map<GroupVersionKind, String> nameByKind = new HashMap<>();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private Definitions() {
        try (BufferedReader index =
                new BufferedReader(
                        new InputStreamReader(open("index.txt"), StandardCharsets.UTF_8))) {
            for (String line = index.readLine(); line != null; line = index.readLine()) {
                addLine(line.split(" "));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the index of the schemas could not be read", e);
        }
    }

    private void addLine(String[] words) {
        List<GroupVersionKind> kinds = new ArrayList<>(words.length - 1);
        for (int i = 1; i < words.length; i++) {
            String[] parts = words[i].split("/", -1);
            GroupVersionKind kind = new GroupVersionKind(parts[0], parts[1], parts[2]);
            kinds.add(kind);
            nameByKind.put(kind, words[0]);
        }
        kindsByName.put(words[0], List.copyOf(kinds));
    }

    static Definitions shared() {
        return SHARED;
    }

    List<String> names() {
        return List.copyOf(kindsByName.keySet());
    }

    List<String> names(String group, String version) {
        Set<String> names = new HashSet<>();
        nameByKind.forEach(
                (kind, name) -> {
                    if (kind.group().equals(group) && kind.version().equals(version)) {
                        names.add(name);
                    }
                });
        return names.stream().sorted().toList();
    }

    List<GroupVersionKind> kinds(String name) {
        return kindsByName.getOrDefault(name, List.of());
    }

    String nameOf(GroupVersionKind kind) {
        String name = nameByKind.get(kind);
        if (name == null) {
            throw new IllegalArgumentException(
                    "no built-in type is called " + kind.apiVersion() + " " + kind.kind());
        }
        return name;
    }

    /** A node that reads the definition when it is first walked. */
    Schema schema(String name) {
        Schema known = schemas.get(name);
        if (known != null) {
            return known;
        }
        if (!kindsByName.containsKey(name)) {
            throw new IllegalArgumentException("no schema is called " + name);
        }
        return schemas.computeIfAbsent(
                name,
                key -> Schema.reference(() -> new SchemaReader(this).read(key, json(key))).build());
    }

    /** The definition as generated; a fresh tree. */
    ObjectNode json(String name) {
        try (InputStream in = open(name + ".json")) {
            JsonNode tree = Json.mapper().readTree(in);
            return (ObjectNode) tree;
        } catch (IOException e) {
            throw new UncheckedIOException("the schema " + name + " could not be read", e);
        }
    }

    private static InputStream open(String file) throws IOException {
        InputStream in = Definitions.class.getResourceAsStream("definitions/" + file);
        if (in == null) {
            throw new IOException("the bundle holds no definitions/" + file);
        }
        return in;
    }
}
