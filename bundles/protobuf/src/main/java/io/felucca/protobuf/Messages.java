package io.felucca.protobuf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The table of messages: which field has which number, name and type. Thread-safe. */
final class Messages {
    /** The one table, read when the first body is. */
    private static final class Shared {
        private static final Messages TABLE = load();
    }

    private final Map<String, Message> byName = new HashMap<>();
    private final Map<String, Message> byKind = new HashMap<>();
    private final Map<String, Map<String, Place>> places = new ConcurrentHashMap<>();

    /**
     * @param number what the wire calls it
     * @param inline whether its fields stand in JSON in the place of this field
     * @param map whether it is a map, its type the message of its entries
     */
    record Field(
            int number, String name, String type, boolean repeated, boolean inline, boolean map) {}

    record Message(String name, Map<Integer, Field> fields) {}

    /**
     * Where a JSON field goes.
     *
     * @param around the inline messages that it lies in, the outermost first
     */
    record Place(List<Field> around, Field field) {}

    static Messages shared() {
        return Shared.TABLE;
    }

    /** By their names in JSON all fields of a message, also those of its inline messages. */
    Map<String, Place> places(Message message) {
        return places.computeIfAbsent(message.name(), name -> collect(message, List.of()));
    }

    private Map<String, Place> collect(Message message, List<Field> around) {
        Map<String, Place> all = new HashMap<>();
        for (Field field : message.fields().values()) {
            if (field.inline()) {
                List<Field> deeper = new ArrayList<>(around);
                deeper.add(field);
                all.putAll(collect(named(field.type()), deeper));
            } else {
                all.put(field.name(), new Place(around, field));
            }
        }
        return all;
    }

    private static Messages load() {
        Messages messages = new Messages();
        try (InputStream in = Messages.class.getResourceAsStream("messages.txt");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            messages.read(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("the table of protobuf messages can't be read", e);
        }
        return messages;
    }

    Set<String> names() {
        return byName.keySet();
    }

    Message named(String name) {
        return byName.get(name);
    }

    /** The message of a kind, such as {@code apps/v1} and {@code Deployment}. */
    Optional<Message> ofKind(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "core" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        int dot = group.indexOf('.');
        String shortGroup = dot < 0 ? group : group.substring(0, dot);
        Message own = byKind.get(shortGroup + "." + version + "." + kind);
        // Options and statuses are of every group.
        return Optional.ofNullable(own == null ? byKind.get("meta.v1." + kind) : own);
    }

    private void read(BufferedReader lines) throws IOException {
        Message message = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("@")) {
                message = new Message(line.substring(1), new HashMap<>());
                byName.put(message.name(), message);
                byKind.put(lastParts(message.name()), message);
            } else if (message != null) {
                String[] parts = line.split(" ", 3);
                Integer number = Integer.valueOf(parts[0]);
                message.fields().put(number, field(number, parts[1], parts[2]));
            }
        }
    }

    private static Field field(int number, String name, String type) {
        boolean repeated = type.endsWith("*");
        boolean map = type.startsWith("map:");
        String plain = type.substring(map ? 4 : 0, type.length() - (repeated ? 1 : 0));
        return new Field(number, name, plain.intern(), repeated, name.equals("-"), map);
    }

    /** Of {@code k8s.io.api.apps.v1.Deployment} the part {@code apps.v1.Deployment}. */
    private static String lastParts(String name) {
        int kind = name.lastIndexOf('.');
        int version = name.lastIndexOf('.', kind - 1);
        int group = name.lastIndexOf('.', version - 1);
        return name.substring(group + 1);
    }
}
