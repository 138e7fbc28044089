package io.felucca.protobuf;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BaseJsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Times;
import io.felucca.protobuf.WireReader.MalformedException;
import java.io.IOException;
import java.time.Instant;

/** Messages that JSON writes otherwise than as an object of their fields. */
final class SpecialTypes {
    private static final String META = "k8s.io.apimachinery.pkg.apis.meta.v1.";
    private static final String EXTENSIONS =
            "k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.";
    private static final String SCHEMA = EXTENSIONS + "JSONSchemaProps";
    private static final JsonNodeFactory NODE = JsonNodeFactory.instance;

    private SpecialTypes() {}

    /** Null for an ordinary type. */
    static BaseJsonNode read(WireReader reader, String type, ProtobufReader all, int depth) {
        return switch (type) {
            case META + "Time" -> time(all.object(reader, type, depth), false);
            case META + "MicroTime" -> time(all.object(reader, type, depth), true);
            case META + "FieldsV1",
                    "k8s.io.apimachinery.pkg.runtime.RawExtension",
                    EXTENSIONS + "JSON" ->
                    json(reader);
            case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> text(reader);
            case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" ->
                    intOrString(all.object(reader, type, depth));
            case EXTENSIONS + "JSONSchemaPropsOrArray" ->
                    either(all.object(reader, type, depth), "jSONSchemas", "schema");
            case EXTENSIONS + "JSONSchemaPropsOrStringArray" ->
                    either(all.object(reader, type, depth), "property", "schema");
            case EXTENSIONS + "JSONSchemaPropsOrBool" ->
                    schemaOrBool(all.object(reader, type, depth));
            default -> isList(type) ? list(all.object(reader, type, depth)) : null;
        };
    }

    private static boolean isList(String type) {
        return type.endsWith(".ExtraValue") || type.equals(META + "Verbs");
    }

    private static BaseJsonNode list(ObjectNode fields) {
        return fields.get("items") instanceof ArrayNode items ? items : ProtobufReader.array();
    }

    /** Seconds and nanoseconds; no field at all is Go's zero time, which JSON writes as null. */
    private static BaseJsonNode time(ObjectNode fields, boolean micro) {
        if (fields.isEmpty()) {
            return NODE.nullNode();
        }
        Instant instant =
                Instant.ofEpochSecond(
                        fields.path("seconds").asLong(), fields.path("nanos").asLong());
        return NODE.textNode(micro ? Times.micros(instant) : Times.seconds(instant));
    }

    private static BaseJsonNode text(WireReader reader) {
        String text = "";
        while (!reader.atEnd()) {
            int tag = (int) reader.varint();
            if (tag >>> 3 == 1) {
                text = ProtobufReader.piece(reader, tag).text();
            } else {
                reader.skip(tag & 7);
            }
        }
        return NODE.textNode(text);
    }

    private static BaseJsonNode json(WireReader reader) {
        byte[] raw = new byte[0];
        while (!reader.atEnd()) {
            int tag = (int) reader.varint();
            if (tag >>> 3 == 1) {
                raw = ProtobufReader.piece(reader, tag).rest();
            } else {
                reader.skip(tag & 7);
            }
        }
        try {
            JsonNode tree = raw.length == 0 ? NODE.nullNode() : Json.mapper().readTree(raw);
            return (BaseJsonNode) tree;
        } catch (IOException e) {
            throw new MalformedException("a raw field holds no JSON: " + e.getMessage(), e);
        }
    }

    private static BaseJsonNode intOrString(ObjectNode fields) {
        return fields.path("type").asInt() == 0
                ? NODE.numberNode(fields.path("intVal").asInt())
                : NODE.textNode(fields.path("strVal").asText());
    }

    private static BaseJsonNode either(ObjectNode fields, String list, String schema) {
        return (BaseJsonNode) (fields.has(list) ? fields.get(list) : fields.path(schema));
    }

    private static BaseJsonNode schemaOrBool(ObjectNode fields) {
        return fields.get("schema") instanceof ObjectNode schema
                ? schema
                : NODE.booleanNode(fields.path("allows").asBoolean());
    }

    /** The content of a special type's message; false for an ordinary type, and nothing written. */
    static boolean write(WireWriter out, String type, JsonParser parser, ProtobufWriter all)
            throws IOException {
        switch (type) {
            case META + "Time", META + "MicroTime" -> writeTime(out, Times.parse(parser.getText()));
            case META + "FieldsV1",
                    "k8s.io.apimachinery.pkg.runtime.RawExtension",
                    EXTENSIONS + "JSON" -> {
                out.tag(1, WireReader.BYTES);
                out.bytes(ProtobufWriter.slice(parser));
            }
            case "k8s.io.apimachinery.pkg.api.resource.Quantity" -> {
                out.tag(1, WireReader.BYTES);
                out.text(parser.getText());
            }
            case "k8s.io.apimachinery.pkg.util.intstr.IntOrString" -> writeIntOrString(out, parser);
            case EXTENSIONS + "JSONSchemaPropsOrArray" ->
                    writeEither(out, parser, () -> all.message(out, 2, SCHEMA, parser), all);
            case EXTENSIONS + "JSONSchemaPropsOrStringArray" ->
                    writeEither(out, parser, () -> writeText(out, 2, parser), all);
            case EXTENSIONS + "JSONSchemaPropsOrBool" -> writeSchemaOrBool(out, parser, all);
            default -> {
                if (!isList(type)) {
                    return false;
                }
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    writeText(out, 1, parser);
                }
            }
        }
        return true;
    }

    private static void writeTime(WireWriter out, Instant time) {
        long seconds = time.getEpochSecond();
        int nanos = time.getNano();
        out.tag(1, WireReader.VARINT);
        out.varint(seconds);
        if (nanos > 0) {
            out.tag(2, WireReader.VARINT);
            out.varint(nanos);
        }
    }

    private static void writeIntOrString(WireWriter out, JsonParser parser) throws IOException {
        boolean text = parser.currentToken() == JsonToken.VALUE_STRING;
        out.tag(1, WireReader.VARINT);
        out.varint(text ? 1 : 0);
        if (text) {
            writeText(out, 3, parser);
        } else {
            out.tag(2, WireReader.VARINT);
            out.varint(parser.getLongValue());
        }
    }

    private static void writeText(WireWriter out, int number, JsonParser parser)
            throws IOException {
        out.tag(number, WireReader.BYTES);
        out.text(parser.getText());
    }

    private interface Element {
        void write() throws IOException;
    }

    private static void writeEither(
            WireWriter out, JsonParser parser, Element element, ProtobufWriter all)
            throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            all.message(out, 1, SCHEMA, parser);
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.write();
        }
    }

    /** A schema allows what fits it. */
    private static void writeSchemaOrBool(WireWriter out, JsonParser parser, ProtobufWriter all)
            throws IOException {
        boolean schema = parser.currentToken() == JsonToken.START_OBJECT;
        out.tag(1, WireReader.VARINT);
        out.varint(schema || parser.getBooleanValue() ? 1 : 0);
        if (schema) {
            all.message(out, 2, SCHEMA, parser);
        }
    }
}
