package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.api.validation.Field;
import io.felucca.machinery.NameRules;
import java.nio.charset.StandardCharsets;

/** What ConfigMaps and Secrets have in common. */
final class DataRules {
    static final int MAX_SIZE = 1024 * 1024;

    private static final String IMMUTABLE = "field is immutable when `immutable` is set";

    private DataRules() {}

    static void keys(Field data) {
        for (String key : data.keys()) {
            NameRules.configMapKey(key).forEach(message -> data.key(key).invalid(key, message));
        }
    }

    static long textSize(JsonNode data) {
        long size = 0;
        for (JsonNode value : data) {
            size += value.asText().getBytes(StandardCharsets.UTF_8).length;
        }
        return size;
    }

    /** The size of what Base64 texts stand for. */
    static long base64Size(JsonNode data) {
        long size = 0;
        for (JsonNode value : data) {
            String text = value.asText();
            int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
            size += text.length() / 4L * 3 - padding;
        }
        return size;
    }

    /** The error of a whole that is too large, which upstream reports without a field. */
    static void size(Field object, long size) {
        if (size > MAX_SIZE) {
            object.named("[]").tooLong(MAX_SIZE);
        }
    }

    /** An immutable object stays so, and keeps the fields named. */
    static void immutable(Field object, JsonNode old, String... fields) {
        if (!old.path("immutable").asBoolean()) {
            return;
        }
        if (!object.at("immutable").isTrue()) {
            object.at("immutable").forbidden(IMMUTABLE);
        }
        for (String field : fields) {
            JsonNode was = old.path(field);
            JsonNode is = object.at(field).node();
            if (!(was.isEmpty() && is.isEmpty()) && !was.equals(is)) {
                object.at(field).forbidden(IMMUTABLE);
            }
        }
    }
}
