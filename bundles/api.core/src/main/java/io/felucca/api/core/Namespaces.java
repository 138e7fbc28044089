package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import io.felucca.schema.Schemas;
import java.util.List;
import java.util.Set;

/** {@code namespaces} with status and finalize. */
final class Namespaces implements Strategy {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final String FINALIZER = "kubernetes";

    static ResourceDefinition definition() {
        return Core.resource("Namespace", "namespaces")
                .clusterScoped()
                .verbs(
                        Verb.CREATE,
                        Verb.DELETE,
                        Verb.GET,
                        Verb.LIST,
                        Verb.PATCH,
                        Verb.UPDATE,
                        Verb.WATCH)
                .shortNames("ns")
                .strategy(new Namespaces())
                .subresource(Core.status("Namespace"))
                .subresource(
                        new Subresource(
                                "finalize",
                                Core.kind("Namespace"),
                                Schemas.of(Core.kind("Namespace")),
                                Set.of(Verb.UPDATE),
                                new Finalize()))
                .selectableFields(SelectableField.at("status.phase"))
                .columns(Column.string("Status", ns -> ns.at("/status/phase").asText()), Column.AGE)
                .build();
    }

    @Override
    public void defaults(ObjectNode object) {
        String name = Core.name(object);
        if (!name.isEmpty()) {
            Core.metadata(object).withObject("/labels").put(NAME_LABEL, name);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        // Again, since a name may have been generated in between.
        defaults(object);
        object.putObject("status").put("phase", "Active");
        ArrayNode finalizers =
                object.path("spec").path("finalizers") instanceof ArrayNode given
                        ? given
                        : object.withObject("/spec").putArray("finalizers");
        for (JsonNode finalizer : finalizers) {
            if (finalizer.asText().equals(FINALIZER)) {
                return;
            }
        }
        finalizers.add(FINALIZER);
    }

    /** Only finalize changes the finalizers. */
    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        if (old.has("spec")) {
            object.set("spec", old.get("spec").deepCopy());
        } else {
            object.remove("spec");
        }
    }

    @Override
    public List<String> nameProblems(String name, boolean isPrefix) {
        return NameRules.dnsLabel(name, isPrefix);
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field namespace = Field.root(object);
        for (Field finalizer : namespace.at("spec", "finalizers").items()) {
            finalizer.named("spec.finalizers").follow(NameRules::qualifiedName);
        }
        return namespace.problems();
    }

    @Override
    public void prepareForDeletion(ObjectNode object) {
        object.withObject("/status").put("phase", "Terminating");
    }

    @Override
    public boolean holdsDeletion(ObjectNode object) {
        return !object.path("spec").path("finalizers").isEmpty();
    }

    /** Replaces the finalizers; the last one gone, the server lets the namespace go. */
    private static final class Finalize implements Subresource.View {
        @Override
        public ObjectNode show(ObjectNode object) {
            return object;
        }

        @Override
        public ObjectNode apply(ObjectNode object, ObjectNode body) {
            JsonNode finalizers = body.path("spec").path("finalizers");
            ObjectNode spec = object.withObject("/spec");
            if (finalizers.isArray() && !finalizers.isEmpty()) {
                spec.set("finalizers", finalizers);
            } else {
                spec.remove("finalizers");
            }
            return object;
        }

        @Override
        public List<FieldError> validate(ObjectNode updated, ObjectNode old) {
            return new Namespaces().validate(updated);
        }
    }
}
