package io.felucca.apiserver;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiRequest.FieldValidation;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.SchemaValidator;
import io.felucca.machinery.schema.StrictDecoder;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What the schema says of an object: how it is decoded, filled in and checked. */
final class Rules {
    private Rules() {}

    /** Decodes a body as what it has to be. */
    interface Decoder {
        /**
         * @param otherApiVersions that the body may name instead of the kind's own
         */
        ObjectNode decode(GroupVersionKind kind, Schema schema, Set<String> otherApiVersions);

        default ObjectNode decode(GroupVersionKind kind, Schema schema) {
            return decode(kind, schema, Set.of());
        }
    }

    static ObjectNode decode(
            ApiRequest request,
            GroupVersionKind kind,
            Schema schema,
            Set<String> otherApiVersions,
            byte[] json) {
        StrictDecoder.Decoded decoded;
        try {
            decoded = StrictDecoder.decode(json, schema, kind.kind(), kind.version());
        } catch (ApiException e) {
            // Of another kind, nothing fits; what is really wrong is the kind.
            checkKind(peek(json), kind, otherApiVersions);
            throw e;
        }
        return checked(request, kind, otherApiVersions, decoded);
    }

    static ObjectNode decode(
            ApiRequest request, GroupVersionKind kind, Schema schema, ObjectNode tree) {
        return decode(request, kind, schema, Set.of(), tree);
    }

    static ObjectNode decode(
            ApiRequest request,
            GroupVersionKind kind,
            Schema schema,
            Set<String> otherApiVersions,
            ObjectNode tree) {
        return checked(
                request,
                kind,
                otherApiVersions,
                StrictDecoder.decode(tree, schema, kind.kind(), kind.version()));
    }

    private static ObjectNode checked(
            ApiRequest request,
            GroupVersionKind kind,
            Set<String> otherApiVersions,
            StrictDecoder.Decoded decoded) {
        ObjectNode object = decoded.object();
        checkKind(
                new Said(object.path("apiVersion").asText(""), object.path("kind").asText("")),
                kind,
                otherApiVersions);
        FieldValidation how = request.options().fieldValidation();
        if (how == FieldValidation.Strict) {
            decoded.strict(kind.kind(), kind.version());
        } else if (how == FieldValidation.Warn) {
            request.warnings().addAll(decoded.problems());
        }
        object.put("apiVersion", kind.apiVersion());
        object.put("kind", kind.kind());
        return object;
    }

    /** What a body says it is. */
    private record Said(String apiVersion, String kind) {}

    /** The same of a body that may be broken further on. */
    private static Said peek(byte[] json) {
        String apiVersion = "";
        String kind = "";
        try (JsonParser parser = Json.mapper().createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING && name.equals("kind")) {
                    kind = parser.getText();
                } else if (value == JsonToken.VALUE_STRING && name.equals("apiVersion")) {
                    apiVersion = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            // Broken JSON: the decoder's message says so better.
            return new Said("", "");
        }
        return new Said(apiVersion, kind);
    }

    /** Both may be left out; what is there must be right. */
    private static void checkKind(
            Said said, GroupVersionKind expected, Set<String> otherApiVersions) {
        if (!said.kind.isEmpty() && !said.kind.equals(expected.kind())) {
            GroupVersionKind found = GroupVersionKind.of(said.apiVersion, said.kind);
            throw ApiException.badRequest(
                    found.kind()
                            + " in version \""
                            + found.version()
                            + "\" cannot be handled as a "
                            + expected.kind()
                            + ": converting ("
                            + goName(found)
                            + ") to ("
                            + goName(expected)
                            + "): unknown conversion");
        }
        if (!said.apiVersion.isEmpty()
                && !said.apiVersion.equals(expected.apiVersion())
                && !otherApiVersions.contains(said.apiVersion)) {
            throw ApiException.badRequest(
                    "the API version in the data ("
                            + said.apiVersion
                            + ") does not match the expected API version ("
                            + expected.apiVersion()
                            + ")");
        }
    }

    private static String goName(GroupVersionKind kind) {
        return kind.version() + "." + kind.kind();
    }

    static void defaults(ResourceDefinition definition, ObjectNode object) {
        Defaulter.apply(object, definition.schema());
        definition.strategy().defaults(object);
    }

    /**
     * Adds what the schema finds wrong to what other rules found already, which say it better of
     * the same field. All is said at once, so that nobody has to mend one field after the other.
     *
     * @param old the object before, or null
     * @param specific rules that need not run, and might fail, where a value has a wrong type
     */
    static void check(
            Schema schema,
            ObjectNode object,
            ObjectNode old,
            List<FieldError> wrong,
            Supplier<List<FieldError>> specific) {
        List<FieldError> shape = SchemaValidator.validate(object, old, schema);
        if (shape.stream().noneMatch(one -> one.type() == FieldError.Type.TYPE_INVALID)) {
            wrong.addAll(specific.get());
        }
        if (shape.isEmpty()) {
            return;
        }
        Set<String> reported = new HashSet<>();
        wrong.forEach(one -> reported.add(one.field()));
        for (FieldError one : shape) {
            if (!reported.contains(one.field())) {
                wrong.add(one);
            }
        }
    }
}
