package io.felucca.machinery.schema;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns a body into a tree that fits a schema, in one pass: what the schema doesn't know is dropped
 * and reported, nulls are dropped, quantities and times become canonical, and a value of the wrong
 * type is refused, all as upstream's decoder does it. Depth is bounded by the parser. One use each.
 */
public final class StrictDecoder {

    /**
     * @param object what the schema knows of the body
     * @param problems such as {@code unknown field "spec.foo"}; at most a hundred, in the body's
     *     order
     */
    public record Decoded(ObjectNode object, List<String> problems) {
        public Decoded {
            problems = List.copyOf(problems);
        }

        /** Refuses the object if there are problems: {@code fieldValidation=Strict}. */
        public ObjectNode strict(String kind, String version) {
            if (!problems.isEmpty()) {
                throw ApiException.badRequest(
                        prefix(kind, version)
                                + "strict decoding error: "
                                + String.join(", ", problems));
            }
            return object;
        }
    }

    private static final int MAX_PROBLEMS = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Where the names of the types begin that upstream has structs for. */
    private static final String BUILT_IN = "io.k8s.";

    /** Optional fields that upstream shows also when they are empty, and one that says reset. */
    private static final Set<String> SHOWN_EMPTY =
            Set.of(
                    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.managedFields",
                    "io.k8s.api.rbac.v1.ClusterRole.rules",
                    "io.k8s.api.rbac.v1.Role.rules",
                    "io.k8s.api.discovery.v1.EndpointSlice.ports",
                    "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus.currentMetrics");

    private final JsonParser parser;
    private final FieldPath path = new FieldPath();
    private final List<String> problems = new ArrayList<>(0);

    /** The innermost named type, which upstream's messages name. */
    private String owner = "";

    private StrictDecoder(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Decodes a JSON body.
     *
     * @param kind and {@code version} what the body must be, for messages only
     * @throws ApiException a bad request: broken JSON or a value of the wrong type
     */
    public static Decoded decode(byte[] body, Schema schema, String kind, String version) {
        try (JsonParser parser = Json.mapper().createParser(body)) {
            return new StrictDecoder(parser).run(schema, kind, version);
        } catch (JsonProcessingException e) {
            throw broken(e);
        } catch (IOException e) {
            throw new UncheckedIOException("a body in memory could not be read", e);
        }
    }

    /** Does the same with a tree, such as the result of a patch; makes a new tree. */
    public static Decoded decode(JsonNode tree, Schema schema, String kind, String version) {
        try (JsonParser parser = Json.mapper().treeAsTokens(tree)) {
            return new StrictDecoder(parser).run(schema, kind, version);
        } catch (JsonProcessingException e) {
            throw broken(e);
        } catch (IOException e) {
            throw new UncheckedIOException("a tree in memory could not be read", e);
        }
    }

    private Decoded run(Schema schema, String kind, String version) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw ApiException.badRequest(
                    "couldn't get version/kind; json parse error: unexpected end of JSON input");
        }
        if (first != JsonToken.START_OBJECT) {
            throw ApiException.badRequest(
                    "couldn't get version/kind; json parse error: json: cannot unmarshal "
                            + Scalars.describe(first)
                            + " into Go value of type struct");
        }
        try {
            JsonNode object = object(schema);
            if (parser.nextToken() != null) {
                throw ApiException.badRequest(
                        "couldn't get version/kind; json parse error: invalid character after"
                                + " top-level value"
                                + at(parser.currentTokenLocation()));
            }
            return new Decoded((ObjectNode) object, problems);
        } catch (MismatchException e) {
            throw ApiException.badRequest(prefix(kind, version) + e.getMessage());
        }
    }

    private static String prefix(String kind, String version) {
        return kind + " in version \"" + version + "\" cannot be handled as a " + kind + ": ";
    }

    private static ApiException broken(JsonProcessingException e) {
        return ApiException.badRequest(
                "couldn't get version/kind; json parse error: "
                        + e.getOriginalMessage()
                        + at(e.getLocation()));
    }

    private static String at(JsonLocation location) {
        return location == null
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** The value at the current token; null if it is to be dropped. */
    private JsonNode value(Schema schema) throws IOException {
        JsonToken token = parser.currentToken();
        if (schema.isStructural()) {
            return structural(schema, token);
        }
        if (token == JsonToken.VALUE_NULL) {
            return schema.type() == Schema.Type.ANY || schema.nullable() ? NODES.nullNode() : null;
        }
        return switch (schema.type()) {
            case OBJECT -> {
                expect(token == JsonToken.START_OBJECT, schema);
                yield object(schema);
            }
            case ARRAY -> {
                expect(token == JsonToken.START_ARRAY, schema);
                yield array(schema);
            }
            case STRING -> Scalars.string(parser, schema, this::mismatch);
            case INTEGER -> Scalars.integer(parser, schema, this::mismatch);
            case NUMBER -> Scalars.number(parser, schema, this::mismatch);
            case BOOLEAN -> {
                expect(token.isBoolean(), schema);
                yield NODES.booleanNode(parser.getBooleanValue());
            }
            case INT_OR_STRING -> Scalars.intOrString(parser);
            case ANY -> parser.readValueAsTree();
        };
    }

    /** A custom resource's value: as it is, since its validation says better what is wrong. */
    private JsonNode structural(Schema schema, JsonToken token) throws IOException {
        boolean any = schema.type() == Schema.Type.ANY;
        if (token == JsonToken.VALUE_NULL) {
            return schema.nullable() ? NODES.nullNode() : null;
        }
        if (token == JsonToken.START_OBJECT && (any || schema.type() == Schema.Type.OBJECT)) {
            return object(schema);
        }
        if (token == JsonToken.START_ARRAY && schema.type() == Schema.Type.ARRAY) {
            return array(schema);
        }
        return parser.readValueAsTree();
    }

    private ObjectNode object(Schema schema) throws IOException {
        if (schema.properties().isEmpty()
                && schema.additionalProperties() == null
                && schema.preserveUnknownFields()) {
            return parser.readValueAsTree();
        }
        String outer = owner;
        if (!schema.definitionName().isEmpty()) {
            owner = schema.definitionName();
        }
        ObjectNode object = NODES.objectNode();
        boolean sawNull = false;
        List<String> nulls = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Schema property = schema.property(name);
            boolean mapKey = property == null;
            Schema node = mapKey ? schema.additionalProperties() : property;
            int mark = mapKey && node != null ? path.enterKey(name) : path.enterField(name);
            if (object.has(name) || (sawNull && nulls.contains(name))) {
                problem("duplicate", path.toString());
            }
            parser.nextToken();
            if (node != null) {
                JsonNode value = value(node);
                if (value == null && mapKey && !node.isStructural()) {
                    value = zero(node);
                } else if (value != null
                        && value.isContainerNode()
                        && value.isEmpty()
                        && omits(schema, property, name)) {
                    value = null;
                }
                if (value != null) {
                    object.set(name, value);
                } else {
                    object.remove(name);
                    nulls = nulls == null ? new ArrayList<>() : nulls;
                    nulls.add(name);
                    sawNull = true;
                }
            } else if (schema.preserveUnknownFields()) {
                JsonNode value = parser.readValueAsTree();
                object.set(name, value);
            } else {
                problem("unknown", path.toString());
                parser.skipChildren();
            }
            path.leave(mark);
        }
        owner = outer;
        return object;
    }

    /**
     * Whether a built-in type leaves out a list or map without elements, as upstream's structs do
     * ({@code omitempty}): so removing the last label removes {@code labels}. An object with fields
     * of its own, such as {@code emptyDir: {}}, says something by being there.
     */
    private static boolean omits(Schema schema, Schema property, String name) {
        if (property == null) {
            return false;
        }
        boolean collection =
                property.type() == Schema.Type.ARRAY
                        || (property.type() == Schema.Type.OBJECT
                                && property.additionalProperties() != null
                                && property.properties().isEmpty());
        return collection
                && schema.definitionName().startsWith(BUILT_IN)
                && !schema.required().contains(name)
                && !SHOWN_EMPTY.contains(schema.definitionName() + '.' + name);
    }

    private ArrayNode array(Schema schema) throws IOException {
        ArrayNode array = NODES.arrayNode();
        Schema items = schema.items() == null ? Schema.ANY : schema.items();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int mark = path.enterIndex(array.size());
            JsonNode value = value(items);
            array.add(value == null ? zero(items) : value);
            path.leave(mark);
        }
        return array;
    }

    /**
     * What a null becomes where it can't be left out: the zero of the type, or itself in a custom
     * resource.
     */
    private static JsonNode zero(Schema schema) {
        if (schema.isStructural()) {
            return NODES.nullNode();
        }
        return switch (schema.type()) {
            case OBJECT -> NODES.objectNode();
            case ARRAY -> NODES.arrayNode();
            case STRING -> NODES.textNode(schema.format().equals("quantity") ? "0" : "");
            case INTEGER, NUMBER, INT_OR_STRING -> NODES.numberNode(0);
            case BOOLEAN -> NODES.booleanNode(false);
            case ANY -> NODES.nullNode();
        };
    }

    private void problem(String what, String where) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(what + " field \"" + where + "\"");
        }
    }

    private void expect(boolean right, Schema schema) throws IOException {
        if (!right) {
            throw mismatch(schema);
        }
    }

    private MismatchException mismatch(Schema schema) throws IOException {
        JsonToken token = parser.currentToken();
        boolean showNumber = token.isNumeric() && schema.type() == Schema.Type.INTEGER;
        String type = owner.substring(owner.lastIndexOf('.') + 1);
        return new MismatchException(
                "json: cannot unmarshal "
                        + Scalars.describe(token)
                        + (showNumber ? " " + parser.getText() : "")
                        + " into Go struct field "
                        + (type.isEmpty() ? "" : type + ".")
                        + path.goPath()
                        + " of type "
                        + Scalars.goType(schema));
    }
}
