package io.felucca.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.LabelSelector;
import io.felucca.machinery.NameRules;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Labels, annotations and label selectors. */
public final class LabelRules {
    private static final int MAX_ANNOTATIONS = 256 * 1024;

    private LabelRules() {}

    /** A map of labels: also a node selector or a service's selector. */
    public static void labels(Field labels) {
        for (String key : labels.keys()) {
            key(labels, key);
            labels.key(key).follow(NameRules::labelValue);
        }
    }

    /** Reports a key that is no label name at the place of its map. */
    public static void key(Field at, String key) {
        NameRules.qualifiedName(key).forEach(message -> at.invalid(key, message));
    }

    public static void annotations(Field annotations) {
        long size = 0;
        for (String key : annotations.keys()) {
            NameRules.qualifiedName(key.toLowerCase(Locale.ROOT))
                    .forEach(message -> annotations.invalid(key, message));
            size += key.length() + (long) annotations.text(key).length();
        }
        if (size > MAX_ANNOTATIONS) {
            annotations.tooLong(MAX_ANNOTATIONS);
        }
    }

    /** A {@code metav1.LabelSelector}; an absent one is left alone. */
    public static void selector(Field selector) {
        labels(selector.at("matchLabels"));
        for (Field expression : selector.at("matchExpressions").items()) {
            requirement(expression);
        }
    }

    private static void requirement(Field expression) {
        Field values = expression.at("values");
        switch (expression.text("operator")) {
            case "In", "NotIn" -> {
                if (!values.filled()) {
                    values.required("must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values.filled()) {
                    values.forbidden(
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> expression.at("operator").invalid("not a valid selector operator");
        }
        expression.at("key").follow(NameRules::qualifiedName);
        for (Field value : values.items()) {
            value.follow(NameRules::labelValue);
        }
    }

    /** Whether a {@code metav1.LabelSelector} holds for labels; a broken one for none. */
    public static boolean selects(JsonNode selector, JsonNode labels) {
        try {
            return LabelSelector.fromJson(selector).matches(map(labels));
        } catch (RuntimeException e) {
            // The selector's own rules have reported what is wrong with it.
            return false;
        }
    }

    /** A JSON object of texts as a sorted map. */
    public static Map<String, String> map(JsonNode object) {
        Map<String, String> map = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            map.put(entry.getKey(), entry.getValue().asText());
        }
        return map;
    }

    /** Whether a {@code metav1.LabelSelector} has no requirement. */
    public static boolean isEmpty(Field selector) {
        return !selector.at("matchLabels").filled() && !selector.at("matchExpressions").filled();
    }
}
