package io.felucca.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts of table cells that several resources share. */
public final class Cells {
    private Cells() {}

    /** The names of a pod template's containers. */
    public static String containerNames(JsonNode podSpec) {
        return joined(podSpec.path("containers"), "name");
    }

    public static String images(JsonNode podSpec) {
        return joined(podSpec.path("containers"), "image");
    }

    /** One field of each element, with commas. */
    public static String joined(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.path(field).asText("")));
        return String.join(",", texts);
    }

    /** A label selector as {@code -l} takes it; {@code <none>} if there is none. */
    public static String selector(JsonNode selector) {
        if (selector.isMissingNode() || selector.isNull()) {
            return "<none>";
        }
        try {
            LabelSelector parsed = LabelSelector.fromJson(selector);
            return parsed.isEverything() ? "<none>" : parsed.toString();
        } catch (IllegalArgumentException e) {
            return "<error>";
        }
    }

    /** Labels as {@code a=b,c=d}; {@code <none>} if there are none. */
    public static String labels(JsonNode labels) {
        List<String> pairs = new ArrayList<>();
        for (Map.Entry<String, String> label : LabelRules.map(labels).entrySet()) {
            pairs.add(label.getKey() + "=" + label.getValue());
        }
        return pairs.isEmpty() ? "<none>" : String.join(",", pairs);
    }

    /** The text at a JSON pointer, or the given one where nothing is. */
    public static String text(JsonNode object, String pointer, String otherwise) {
        String text = object.at(pointer).asText("");
        return text.isEmpty() ? otherwise : text;
    }
}
