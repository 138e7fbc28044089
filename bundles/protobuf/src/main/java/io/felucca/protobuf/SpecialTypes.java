package io.felucca.protobuf;

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
}
