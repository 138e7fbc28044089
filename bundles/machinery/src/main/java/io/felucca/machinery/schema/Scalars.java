package io.felucca.machinery.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.felucca.machinery.Quantity;
import java.io.IOException;

/** Reads single values in their canonical form. */
final class Scalars {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Makes the refusal of the current token. */
    @FunctionalInterface
    interface Mismatch {
        MismatchException of(Schema schema) throws IOException;
    }

    private Scalars() {}

    static JsonNode string(JsonParser parser, Schema schema, Mismatch mismatch) throws IOException {
        JsonToken token = parser.currentToken();
        if (schema.format().equals("quantity")) {
            return quantity(parser);
        }
        if (token != JsonToken.VALUE_STRING) {
            throw mismatch.of(schema);
        }
        String text = parser.getText();
        return NODES.textNode(
                switch (schema.format()) {
                    case "date-time" -> Times.seconds(text);
                    case "micro-time" -> Times.micros(text);
                    case "byte" -> base64(text);
                    default -> text;
                });
    }

    private static JsonNode quantity(JsonParser parser) throws IOException {
        try {
            return NODES.textNode(
                    Quantity.parse(parser.currentToken().isScalarValue() ? parser.getText() : "")
                            .toString());
        } catch (IllegalArgumentException e) {
            throw new MismatchException(e.getMessage());
        }
    }

    static JsonNode integer(JsonParser parser, Schema schema, Mismatch mismatch)
            throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw mismatch.of(schema);
        }
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> {
                long value = parser.getLongValue();
                boolean narrow = schema.format().equals("int32");
                if (narrow && (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE)) {
                    throw mismatch.of(schema);
                }
                yield NODES.numberNode(value);
            }
            default -> throw mismatch.of(schema);
        };
    }

    static JsonNode number(JsonParser parser, Schema schema, Mismatch mismatch) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            throw mismatch.of(schema);
        }
        return parser.readValueAsTree();
    }

    static JsonNode intOrString(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return NODES.textNode(parser.getText());
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            JsonParser.NumberType type = parser.getNumberType();
            if (type == JsonParser.NumberType.INT) {
                return NODES.numberNode(parser.getIntValue());
            }
        }
        throw new MismatchException(
                "json: cannot unmarshal "
                        + (token.isNumeric() ? "number " + parser.getText() : describe(token))
                        + " into Go value of type int32");
    }

    /** Checks base64 as upstream does, which allows line breaks but wants the padding. */
    private static String base64(String text) {
        String plain = text;
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            plain = text.replace("\n", "").replace("\r", "");
        }
        int length = plain.length();
        int end = length;
        while (end > 0 && length - end < 2 && plain.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = plain.charAt(i);
            boolean good =
                    (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || (c >= '0' && c <= '9')
                            || c == '+'
                            || c == '/';
            if (!good) {
                throw new MismatchException("illegal base64 data at input byte " + i);
            }
        }
        if (length % 4 != 0) {
            throw new MismatchException(
                    "illegal base64 data at input byte " + (length - length % 4));
        }
        return plain;
    }

    /** A type's name as upstream's messages show it. */
    static String goType(Schema schema) {
        return switch (schema.type()) {
            case STRING -> schema.format().equals("byte") ? "[]uint8" : "string";
            case INTEGER -> schema.format().isEmpty() ? "int64" : schema.format();
            case NUMBER -> "float64";
            case BOOLEAN -> "bool";
            case INT_OR_STRING -> "intstr.IntOrString";
            case ANY -> "interface {}";
            case ARRAY -> "[]" + (schema.items() == null ? "interface {}" : goType(schema.items()));
            case OBJECT -> {
                if (schema.additionalProperties() != null) {
                    yield "map[string]" + goType(schema.additionalProperties());
                }
                String name = schema.definitionName();
                int last = name.lastIndexOf('.');
                int before = name.lastIndexOf('.', last - 1);
                yield name.isEmpty() ? "map[string]interface {}" : name.substring(before + 1);
            }
        };
    }

    /** What stands there, in the words of upstream's messages. */
    static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            default -> "null";
        };
    }
}
