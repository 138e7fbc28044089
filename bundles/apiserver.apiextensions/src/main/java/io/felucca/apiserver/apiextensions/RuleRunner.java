package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ValidationRules;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.schema.Schema;
import java.util.List;
import java.util.function.Supplier;

/**
 * The CEL rules of one schema, compiled when they are first needed and again when the part that
 * runs them was replaced. Thread-safe.
 */
final class RuleRunner {
    private final Schema schema;
    private final boolean hasRules;
    private final Supplier<ValidationRules> part;
    private volatile Ready ready = new Ready(null, null);

    private record Ready(ValidationRules by, ValidationRules.Compiled rules) {}

    /**
     * @param part gives null while it is away
     */
    RuleRunner(Schema schema, Supplier<ValidationRules> part) {
        this.schema = schema;
        this.part = part;
        hasRules = ValidationRules.areIn(schema);
    }

    /**
     * @param old null at creation
     */
    List<FieldError> run(ObjectNode object, ObjectNode old) {
        if (!hasRules) {
            return List.of();
        }
        ValidationRules now = part.get();
        Ready known = ready;
        if (now == null && known.rules() == null) {
            throw ApiException.unavailable("the part that runs CEL rules is being replaced", 1);
        }
        // While the part is away, what it compiled still runs.
        if (now != null && !now.equals(known.by())) {
            known = new Ready(now, now.compile(schema));
            ready = known;
        }
        return known.rules().validate(object, old);
    }
}
