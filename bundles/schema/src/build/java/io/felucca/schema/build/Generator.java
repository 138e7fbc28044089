package io.felucca.schema.build;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.schema.build.Facts.TypeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes the schemas of the built-in types during the build: structure and words come from the
 * typed model by reflection, the rest from our tables. Fails if the two don't cover each other.
 */
public final class Generator {
    private final ObjectMapper mapper = new ObjectMapper();
    private final Path words;
    private final Path output;
    private final List<TypeFacts> types;
    private final Map<String, String> definitionByModel = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private Generator(Path facts, Path words, Path output) throws IOException {
        this.words = words;
        this.output = output;
        types = Facts.read(facts);
        for (TypeFacts type : types) {
            definitionByModel.put(type.model(), type.definition());
        }
    }

    /** Arguments: the folder of tables, the table of words, the folder to write to. */
    public static void main(String[] arguments) throws Exception {
        new Generator(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])).run();
    }

    private void run() throws IOException, ReflectiveOperationException {
        Map<String, ObjectNode> definitions = new TreeMap<>();
        Map<String, String> index = new TreeMap<>();
        for (TypeFacts type : types) {
            TypeReader reader = new TypeReader(mapper, type, definitionByModel, problems);
            definitions.put(type.definition(), reader.read());
            String kind = type.definition().substring(type.definition().lastIndexOf('.') + 1);
            index.put(
                    type.definition(),
                    reader.isKind() ? " " + type.group() + "/" + type.version() + "/" + kind : "");
        }
        checkModel();
        problems.addAll(new Words(words, definitions).describe());
        if (!problems.isEmpty()) {
            throw new IllegalStateException(
                    "the tables and the model differ:\n" + String.join("\n", problems));
        }
        write(definitions, index);
    }

    /** Each class of the model's stable versions must be in the tables. */
    private void checkModel() throws IOException {
        Set<String> known = new HashSet<>(definitionByModel.keySet());
        for (String model : ModelClasses.stable()) {
            if (!known.remove(model)) {
                problems.add("the model has " + model + ", which no table names");
            }
        }
    }

    private void write(Map<String, ObjectNode> definitions, Map<String, String> index)
            throws IOException {
        Files.createDirectories(output);
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, ObjectNode> definition : definitions.entrySet()) {
            Files.write(
                    output.resolve(definition.getKey() + ".json"),
                    mapper.writeValueAsBytes(definition.getValue()));
            lines.append(definition.getKey()).append(index.get(definition.getKey())).append('\n');
        }
        Files.writeString(output.resolve("index.txt"), lines.toString());
    }
}
