package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The selectable fields of all that is served from one place. Immutable; a newer set keeps the
 * places of the older one, so that an index once given out stays right.
 */
final class FieldSet {
    static final FieldSet NONE = new FieldSet(List.of(), List.of());

    private final List<String> paths;
    private final List<Function<ObjectNode, String>> values;

    private FieldSet(List<String> paths, List<Function<ObjectNode, String>> values) {
        this.paths = List.copyOf(paths);
        this.values = List.copyOf(values);
    }

    /** This set with the fields of the definitions that are served now, and their functions. */
    FieldSet with(List<ResourceDefinition> definitions) {
        List<String> allPaths = new ArrayList<>(paths);
        List<Function<ObjectNode, String>> allValues = new ArrayList<>();
        paths.forEach(path -> allValues.add(object -> ""));
        boolean[] set = new boolean[paths.size() + count(definitions)];
        for (ResourceDefinition definition : definitions) {
            for (SelectableField field : definition.selectableFields()) {
                int index = allPaths.indexOf(field.path());
                if (index < 0) {
                    index = allPaths.size();
                    allPaths.add(field.path());
                    allValues.add(object -> "");
                }
                // The stored form comes first, so that the others need no conversion for it.
                if (!set[index]) {
                    allValues.set(index, value(definition, field));
                    set[index] = true;
                }
            }
        }
        return new FieldSet(allPaths, allValues);
    }

    private static int count(List<ResourceDefinition> definitions) {
        return definitions.stream().mapToInt(one -> one.selectableFields().size()).sum();
    }

    private static Function<ObjectNode, String> value(
            ResourceDefinition definition, SelectableField field) {
        return definition.converter() == null || definition.converter().keepsSelectableFields()
                ? object -> field.value().apply(object)
                : object ->
                        field.value().apply(definition.converter().fromStored(object.deepCopy()));
    }

    boolean isEmpty() {
        return paths.isEmpty();
    }

    /** -1 if there is no such field. */
    int index(String path) {
        return paths.indexOf(path);
    }

    boolean samePaths(FieldSet other) {
        return paths.equals(other.paths);
    }

    String[] values(ObjectNode stored) {
        String[] all = new String[values.size()];
        for (int i = 0; i < all.length; i++) {
            String value = values.get(i).apply(stored);
            all[i] = value == null || value.isEmpty() ? "" : Words.shared(value);
        }
        return all;
    }
}
