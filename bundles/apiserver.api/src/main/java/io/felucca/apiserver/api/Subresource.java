package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.schema.Schema;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A part of an object, or something done to it, with a path of its own.
 *
 * @param name the last element of the path, such as {@code status}
 * @param kind of the body that it takes and gives
 * @param schema of that body
 * @param behaviour what the server does with it
 */
public record Subresource(
        String name, GroupVersionKind kind, Schema schema, Set<Verb> verbs, Behaviour behaviour) {
    public Subresource {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(schema, "schema");
        verbs = Set.copyOf(verbs);
        Objects.requireNonNull(behaviour, "behaviour");
    }

    /** The usual {@code status}: its own path changes nothing but {@code .status}. */
    public static Subresource status(GroupVersionKind kind, Schema schema) {
        return new Subresource(
                "status",
                kind,
                schema,
                Set.of(Verb.GET, Verb.UPDATE, Verb.PATCH),
                new StatusView());
    }

    /** How a subresource acts on its object. */
    public sealed interface Behaviour {}

    /** Another view of the object that can be read, replaced and patched: status, scale, resize. */
    public non-sealed interface View extends Behaviour {
        /** What a GET gives, from the whole object. */
        ObjectNode show(ObjectNode object);

        /** The whole object with the view's part taken from {@code body}, the rest untouched. */
        ObjectNode apply(ObjectNode object, ObjectNode body);

        /** The rules for what {@link #apply} gave. */
        default java.util.List<io.felucca.machinery.FieldError> validate(
                ObjectNode updated, ObjectNode old) {
            return java.util.List.of();
        }
    }

    /** Something that is created on an object: binding, eviction, token. Never stored itself. */
    public non-sealed interface Action extends Behaviour {
        /**
         * Versions that the body may say it is of, beside its kind's own: {@code policy/v1beta1}.
         */
        default Set<String> otherApiVersions() {
            return Set.of();
        }

        /**
         * Does it, through {@code server} and in the caller's name where that matters.
         *
         * @return the body of the answer
         */
        CompletionStage<ObjectNode> run(ApiServer server, ApiRequest request, ObjectNode body);
    }

    /** Bytes to and from the object's node: log, exec, attach, port-forward, proxy. */
    public record Connect() implements Behaviour {}
}
