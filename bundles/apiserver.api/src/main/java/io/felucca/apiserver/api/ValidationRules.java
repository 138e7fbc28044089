package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.schema.Schema;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Runs the CEL rules in the schemas of custom resources ({@code x-kubernetes-validations},
 * KEP-2876), as a service. Thread-safe; costs nothing until the first rule.
 */
@ConsumerType
public interface ValidationRules {

    /**
     * What is wrong with the rules themselves: what can't be compiled, and what could cost too
     * much.
     *
     * @param path of the schema, before each field of the result
     */
    List<FieldError> check(Schema schema, String path);

    /** The compiled rules of a schema whose rules {@link #check} found right. */
    Compiled compile(Schema schema);

    /** Rules ready to run. Thread-safe. */
    interface Compiled {

        /**
         * What the object breaks; evaluation that costs too much is stopped and reported.
         *
         * @param old the object before; null at its creation
         */
        List<FieldError> validate(ObjectNode object, ObjectNode old);
    }

    /** Whether there is a rule anywhere in a schema. */
    static boolean areIn(Schema schema) {
        if (schema == null || schema.validation() == null) {
            return false;
        }
        return !schema.validation().rules().isEmpty()
                || areIn(schema.items())
                || areIn(schema.additionalProperties())
                || schema.properties().values().stream().anyMatch(ValidationRules::areIn);
    }
}
