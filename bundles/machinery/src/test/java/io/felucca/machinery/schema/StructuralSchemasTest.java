package io.felucca.machinery.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuralSchemasTest {
    private static final Schema BOAT =
            schema(
                    """
                    type: object
                    properties:
                      spec:
                        type: object
                        required: [name]
                        properties:
                          name: {type: string, minLength: 2, maxLength: 8, pattern: '^[a-z]+$'}
                          masts: {type: integer, minimum: 1, maximum: 5, default: 2}
                          length: {type: number, exclusiveMinimum: true, minimum: 0, multipleOf: 0.5}
                          rig: {type: string, enum: [lateen, square]}
                          port: {x-kubernetes-int-or-string: true}
                          built: {type: string, format: date-time}
                          flag: {type: string, nullable: true}
                          colour: {type: string, default: white}
                          crew:
                            type: array
                            maxItems: 2
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [name]
                            items:
                              type: object
                              required: [name]
                              properties:
                                name: {type: string}
                                rank: {type: string, default: hand}
                                age: {type: integer, minimum: 0}
                          ports: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                          stowage:
                            type: object
                            maxProperties: 2
                            additionalProperties: {type: integer}
                          extra: {type: object, x-kubernetes-preserve-unknown-fields: true}
                          cargo:
                            type: object
                            properties: {salt: {type: integer}, rum: {type: integer}}
                            oneOf: [{required: [salt]}, {required: [rum]}]
                          inner:
                            type: object
                            x-kubernetes-embedded-resource: true
                            x-kubernetes-preserve-unknown-fields: true
                    """);

    private static Schema schema(String yaml) {
        return StructuralSchemas.read(tree(yaml), Schema.ANY);
    }

    private static ObjectNode tree(String yaml) {
        return Json.parseObject(Yaml.toJson(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static StrictDecoder.Decoded decode(String yaml) {
        return StrictDecoder.decode(tree(yaml), BOAT, "Boat", "v1");
    }

    private static List<String> wrong(ObjectNode object, ObjectNode old) {
        return SchemaValidator.validate(object, old, BOAT).stream()
                .map(FieldError::toString)
                .toList();
    }

    @Test
    void whatTheSchemaDoesNotKnowIsPrunedAndNamed() {
        StrictDecoder.Decoded decoded =
                decode("{spec: {name: dhow, keel: 1, extra: {any: {thing: 1}}, stowage: {a: 1}}}");
        assertEquals(
                "{\"spec\":{\"name\":\"dhow\",\"extra\":{\"any\":{\"thing\":1}},"
                        + "\"stowage\":{\"a\":1}}}",
                decoded.object().toString());
        assertEquals(List.of("unknown field \"spec.keel\""), decoded.problems());
    }

    @Test
    void aNullIsDroppedUnlessTheFieldMayBeNull() {
        assertEquals(
                "{\"spec\":{\"flag\":null}}",
                decode("{spec: {name: null, colour: null, flag: null}}").object().toString());
    }

    @Test
    void valuesOfTheWrongTypeAreLeftToValidation() {
        ObjectNode object = decode("{spec: {name: 5, masts: many, crew: {}}}").object();
        assertEquals(
                List.of(
                        "spec.name: Invalid value: \"integer\": spec.name in body must be of type"
                                + " string: \"integer\"",
                        "spec.masts: Invalid value: \"string\": spec.masts in body must be of type"
                                + " integer: \"string\"",
                        "spec.crew: Invalid value: \"object\": spec.crew in body must be of type"
                                + " array: \"object\""),
                wrong(object, null));
    }

    @Test
    void defaultsAreFilledInWhereTheirParentIs() {
        ObjectNode object = decode("{spec: {name: dhow, crew: [{name: a}], colour: ''}}").object();
        Defaulter.apply(object, BOAT);
        assertEquals(
                "{\"spec\":{\"name\":\"dhow\",\"crew\":[{\"name\":\"a\",\"rank\":\"hand\"}],"
                        + "\"colour\":\"\",\"masts\":2}}",
                object.toString());
        ObjectNode empty = Json.object();
        Defaulter.apply(empty, BOAT);
        assertEquals("{}", empty.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    {} | spec.name: Required value
                    {name: x} | spec.name: Invalid value: "x": spec.name in body should be at least 2 chars long
                    {name: abcdefghi} | spec.name: Too long: may not be more than 8 bytes
                    {name: A-B} | spec.name: Invalid value: "A-B": spec.name in body should match '^[a-z]+$'
                    {name: ab, masts: 0} | spec.masts: Invalid value: 0: spec.masts in body should be greater than or equal to 1
                    {name: ab, masts: 6} | spec.masts: Invalid value: 6: spec.masts in body should be less than or equal to 5
                    {name: ab, length: 0} | spec.length: Invalid value: 0: spec.length in body should be greater than 0
                    {name: ab, length: 1.3} | spec.length: Invalid value: 1.3: spec.length in body should be a multiple of 0.5
                    {name: ab, rig: gaff} | spec.rig: Unsupported value: "gaff": supported values: "lateen", "square"
                    {name: ab, port: true} | spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"
                    {name: ab, built: noon} | spec.built: Invalid value: "noon": spec.built in body must be of type date-time: "noon"
                    {name: ab, crew: [{name: a}, {name: a}]} | spec.crew[1]: Duplicate value: {"name":"a"}
                    {name: ab, crew: [{name: a}, {name: b}, {name: c}]} | spec.crew: Too many: 3: must have at most 2 items
                    {name: ab, ports: [a, a]} | spec.ports[1]: Duplicate value: "a"
                    {name: ab, stowage: {a: 1, b: x}} | spec.stowage.b: Invalid value: "string": spec.stowage.b in body must be of type integer: "string"
                    {name: ab, inner: {apiVersion: v1}} | spec.inner.kind: Required value: must not be empty
                    {name: ab, cargo: {salt: 1, rum: 1}} | <nil>: Invalid value: "": "spec.cargo" must validate one and only one schema (oneOf). Found 2 valid alternatives
                    """)
    void eachBrokenRuleIsNamed(String spec, String message) {
        ObjectNode object = decode("{spec: " + spec + "}").object();
        assertEquals(List.of(message), wrong(object, null));
    }

    @Test
    void noFittingAlternativeIsSaidTogetherWithWhatTheNearestLacks() {
        ObjectNode object = decode("{spec: {name: ab, cargo: {}}}").object();
        assertEquals(
                List.of(
                        "<nil>: Invalid value: \"\": \"spec.cargo\" must validate one and only one"
                                + " schema (oneOf). Found none valid",
                        "spec.cargo.salt: Required value"),
                wrong(object, null));
    }

    @Test
    void whatWasInvalidBeforeAndDidNotChangeIsTolerated() {
        ObjectNode old = tree("{spec: {name: Dhow, masts: 9, crew: [{name: a, age: -1}]}}");
        ObjectNode changed =
                tree(
                        "{spec: {name: Dhow, masts: 9, rig: square, crew: [{name: b}, {name: a,"
                                + " age: -1}]}}");
        assertEquals(List.of(), wrong(changed, old));
        changed.withObject("/spec").put("masts", 8);
        assertEquals(
                List.of(
                        "spec.masts: Invalid value: 8: spec.masts in body should be less than or"
                                + " equal to 5"),
                wrong(changed, old));
    }

    @Test
    void listsOfTheOldOrderAreComparedByTheirKeys() {
        ObjectNode old = tree("{spec: {name: ab, crew: [{name: a, age: -1}, {name: b}]}}");
        ObjectNode changed = tree("{spec: {name: ab, crew: [{name: b}, {name: a, age: -2}]}}");
        assertEquals(
                List.of(
                        "spec.crew[1].age: Invalid value: -2: spec.crew[1].age in body should be"
                                + " greater than or equal to 0"),
                wrong(changed, old));
    }
}
