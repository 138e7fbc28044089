package io.felucca.api.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.SchemaValidator;
import io.felucca.machinery.schema.StrictDecoder;
import io.felucca.machinery.schema.StructuralSchemas;

/** Defaults must fit the schema that they stand in. Expects a structural schema. */
final class DefaultRules {
    private static final String NAME = "default";

    private DefaultRules() {}

    static void check(Field schema) {
        if (schema.at(NAME).present()) {
            checkDefault(schema);
        }
        Field properties = schema.at("properties");
        properties.keys().forEach(name -> check(properties.key(name)));
        for (String inner : java.util.List.of("items", "additionalProperties")) {
            if (schema.at(inner).node().isObject()) {
                check(schema.at(inner));
            }
        }
    }

    private static void checkDefault(Field schema) {
        JsonNode value = schema.at(NAME).node();
        ObjectNode plain = ((ObjectNode) schema.node()).deepCopy();
        plain.remove(NAME);
        Schema holder =
                Schema.builder(Schema.Type.OBJECT)
                        .property(NAME, StructuralSchemas.readNested(plain))
                        .validation(io.felucca.machinery.schema.ValueValidation.NONE)
                        .build();
        ObjectNode held = Json.object();
        held.set(NAME, value.deepCopy());
        StrictDecoder.Decoded decoded = StrictDecoder.decode(held, holder, "", "");
        if (!decoded.problems().isEmpty()) {
            schema.at(NAME).invalid("must not have unknown fields");
            return;
        }
        for (FieldError error : SchemaValidator.validate(held, holder)) {
            String field =
                    error.field().startsWith(NAME)
                            ? schema.path() + "." + error.field()
                            : schema.path() + "." + NAME;
            schema.add(new FieldError(error.type(), field, error.badValue(), error.detail()));
        }
    }
}
