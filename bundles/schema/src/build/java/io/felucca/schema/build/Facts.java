package io.felucca.schema.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Our own table of what the model doesn't tell. Each file is a package: a first line {@code package
 * NAME group=G version=V}, then a line for each type: {@code Type fact…: field fact…; field fact…}.
 * A fact is {@code name} or {@code name=value}; values hold no spaces.
 */
final class Facts {

    /**
     * One type of the table.
     *
     * @param definition the full name
     * @param model the simple name of the model's class
     * @param fields facts by field and fact name
     */
    record TypeFacts(
            String definition,
            String group,
            String version,
            String model,
            Map<String, String> own,
            Map<String, Map<String, String>> fields) {}

    private Facts() {}

    static List<TypeFacts> read(Path folder) throws IOException {
        List<TypeFacts> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                readFile(file, all);
            }
        }
        return all;
    }

    private static void readFile(Path file, List<TypeFacts> all) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Map<String, String> head = facts(lines.get(0).split(" ", -1), 2);
        String name = lines.get(0).split(" ", -1)[1];
        String group = head.get("group").equals("\"\"") ? "" : head.get("group");
        String version = head.get("version");
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(": ");
            String[] words = (colon < 0 ? line : line.substring(0, colon)).split(" ", -1);
            Map<String, String> own = facts(words, 1);
            String prefix = "V" + version.substring(1);
            all.add(
                    new TypeFacts(
                            name + "." + words[0],
                            group,
                            version,
                            own.getOrDefault("class", prefix + words[0]),
                            own,
                            colon < 0 ? Map.of() : fields(line.substring(colon + 2))));
        }
    }

    private static Map<String, Map<String, String>> fields(String text) {
        Map<String, Map<String, String>> fields = new LinkedHashMap<>();
        for (String field : text.split("; ", -1)) {
            String[] words = field.split(" ", -1);
            if (fields.put(words[0], facts(words, 1)) != null) {
                throw new IllegalArgumentException("twice in one line: " + words[0]);
            }
        }
        return fields;
    }

    private static Map<String, String> facts(String[] words, int from) {
        Map<String, String> facts = new HashMap<>();
        for (int i = from; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String key = equals < 0 ? words[i] : words[i].substring(0, equals);
            facts.put(key, equals < 0 ? "" : words[i].substring(equals + 1));
        }
        return facts;
    }
}
