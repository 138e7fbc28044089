package io.felucca.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.cel.common.values.NullValue;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What expressions of mutations gave, as JSON. */
final class MutationValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private MutationValues() {}

    /**
     * An {@code Object} with all that is inside it.
     *
     * @throws ExpressionException if a part of it has the type of another part
     */
    static JsonNode object(Object value) throws ExpressionException {
        return json(value, MutationTypes.OBJECT);
    }

    /** A list of {@code JSONPatch}, as an RFC 6902 patch. */
    static JsonNode patches(Object value) throws ExpressionException {
        return json(value, null);
    }

    /**
     * @param path where in the object this is, which is what a struct's type must be called; null
     *     where any may be
     */
    private static JsonNode json(Object value, String path) throws ExpressionException {
        if (value instanceof Map<?, ?> map) {
            return map(map, path);
        }
        if (value instanceof List<?> list) {
            ArrayNode array = JSON.arrayNode();
            for (Object one : list) {
                array.add(json(one, path));
            }
            return array;
        }
        if (value instanceof Optional<?> optional) {
            return optional.isPresent() ? json(optional.get(), path) : JSON.nullNode();
        }
        return scalar(value);
    }

    private static ObjectNode map(Map<?, ?> map, String path) throws ExpressionException {
        Object type = map.get(Trees.TYPE);
        if (path != null && type != null && !type.equals(path)) {
            throw new ExpressionException(
                    "type mismatch: unexpected type name \""
                            + type
                            + "\", expected \""
                            + path
                            + "\", which matches field name path from root Object type",
                    false);
        }
        ObjectNode object = JSON.objectNode();
        for (Map.Entry<?, ?> one : map.entrySet()) {
            String key = String.valueOf(one.getKey());
            if (!key.equals(Trees.TYPE)) {
                String inside = path != null && type != null ? path + "." + key : null;
                object.set(
                        type == null ? key : PropertyNames.unescape(key),
                        json(one.getValue(), inside));
            }
        }
        return object;
    }

    private static JsonNode scalar(Object value) {
        if (value == null || value instanceof NullValue) {
            return JSON.nullNode();
        }
        if (value instanceof Boolean known) {
            return JSON.booleanNode(known);
        }
        if (value instanceof Double number) {
            return JSON.numberNode(number);
        }
        if (value instanceof Number number) {
            long whole = number.longValue();
            // As numbers are read, so that the same number is the same node.
            return whole == (int) whole ? JSON.numberNode((int) whole) : JSON.numberNode(whole);
        }
        if (value instanceof ByteString bytes) {
            return JSON.textNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
        }
        if (value instanceof Duration duration) {
            BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9);
            return JSON.textNode(seconds.stripTrailingZeros().toPlainString() + "s");
        }
        if (value instanceof Instant instant) {
            return JSON.textNode(instant.toString());
        }
        return JSON.textNode(value.toString());
    }
}
