package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.schema.ManagedFields;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;

/** Records in an object who wrote which of its fields, and applies what a manager wants of it. */
final class FieldOwners {
    private static final Set<String> EVERYWHERE = Set.of("apiVersion", "kind", "metadata");

    private final Clock clock;

    FieldOwners(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param old null for a creation
     * @param part the subresource that was written to, or null
     * @return a new tree, the object with its managed fields
     */
    ObjectNode tracked(Target target, Subresource part, ObjectNode old, ObjectNode written) {
        return ManagedFields.track(
                old,
                written,
                target.definition().schema(),
                writer(target, part, written),
                clock.instant());
    }

    /**
     * @param old null if there is none yet
     * @param wanted what the manager wants, and nothing else
     */
    ObjectNode applied(Target target, Subresource part, ObjectNode old, ObjectNode wanted) {
        return ManagedFields.apply(
                old,
                wanted,
                target.definition().schema(),
                writer(target, part, wanted),
                target.request().options().force(),
                clock.instant());
    }

    private static ManagedFields.Writer writer(
            Target target, Subresource part, ObjectNode written) {
        Set<String> ignored = new HashSet<>();
        if (part == null) {
            if (target.definition().subresource("status").isPresent()) {
                ignored.add("status");
            }
        } else if (part.name().equals("status")) {
            written.fieldNames().forEachRemaining(ignored::add);
            ignored.removeAll(EVERYWHERE);
            ignored.remove("status");
        }
        return new ManagedFields.Writer(
                target.request().options().fieldManager(),
                part == null ? "" : part.name(),
                ignored);
    }
}
