package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiRequest.FieldValidation;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.SchemaValidator;
import io.felucca.machinery.schema.StrictDecoder;
import java.util.List;

/** What the schema says of an object: how it is decoded, filled in and checked. */
final class Rules {
    private Rules() {}

    static ObjectNode decode(
            ApiRequest request, GroupVersionKind kind, Schema schema, byte[] json) {
        return checked(
                request, kind, StrictDecoder.decode(json, schema, kind.kind(), kind.version()));
    }

    static ObjectNode decode(
            ApiRequest request, GroupVersionKind kind, Schema schema, ObjectNode tree) {
        return checked(
                request, kind, StrictDecoder.decode(tree, schema, kind.kind(), kind.version()));
    }

    private static ObjectNode checked(
            ApiRequest request, GroupVersionKind kind, StrictDecoder.Decoded decoded) {
        ObjectNode object = decoded.object();
        checkKind(object, kind);
        FieldValidation how = request.options().fieldValidation();
        if (how == FieldValidation.Strict) {
            decoded.strict(kind.kind(), kind.version());
        } else if (how == FieldValidation.Warn) {
            request.warnings().addAll(decoded.problems());
        }
        return object;
    }

    /** Both may be left out; what is there must be right. */
    private static void checkKind(ObjectNode object, GroupVersionKind expected) {
        String apiVersion = object.path("apiVersion").asText("");
        String kind = object.path("kind").asText("");
        if (!apiVersion.isEmpty() && !apiVersion.equals(expected.apiVersion())) {
            throw ApiException.badRequest(
                    "the API version in the data ("
                            + apiVersion
                            + ") does not match the expected API version ("
                            + expected.apiVersion()
                            + ")");
        }
        if (!kind.isEmpty() && !kind.equals(expected.kind())) {
            String version = expected.version();
            throw ApiException.badRequest(
                    kind
                            + " in version \""
                            + version
                            + "\" cannot be handled as a "
                            + expected.kind()
                            + ": converting ("
                            + version
                            + "."
                            + kind
                            + ") to ("
                            + version
                            + "."
                            + expected.kind()
                            + "): unknown conversion");
        }
        object.put("apiVersion", expected.apiVersion());
        object.put("kind", expected.kind());
    }

    static void defaults(ResourceDefinition definition, ObjectNode object) {
        Defaulter.apply(object, definition.schema());
        definition.strategy().defaults(object);
    }

    static List<FieldError> check(Schema schema, ObjectNode object) {
        return SchemaValidator.validate(object, schema);
    }
}
