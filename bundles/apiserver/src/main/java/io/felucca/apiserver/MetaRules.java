package io.felucca.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The rules that the metadata of every object must keep, with upstream's messages. */
final class MetaRules {
    private static final int MOST_ANNOTATION_BYTES = 256 << 10;
    private static final Set<String> PLAIN_FINALIZERS =
            Set.of("kubernetes", Meta.ORPHAN, Meta.FOREGROUND);

    /** Whose finalizers upstream lets be any qualified name, as those of custom resources. */
    private static final Set<String> TAKING_ANY_FINALIZER =
            Set.of(
                    "admissionregistration.k8s.io",
                    "apiextensions.k8s.io",
                    "apiregistration.k8s.io",
                    "coordination.k8s.io");

    private static final List<String> IMMUTABLE =
            List.of(
                    "name",
                    "namespace",
                    "uid",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds");

    private MetaRules() {}

    static List<FieldError> check(ObjectNode object, ResourceDefinition definition) {
        List<FieldError> wrong = new ArrayList<>();
        name(object, definition, wrong);
        JsonNode metadata = object.path("metadata");
        labels(metadata.path("labels"), wrong);
        annotations(metadata.path("annotations"), wrong);
        owners(metadata.path("ownerReferences"), wrong);
        finalizers(Meta.finalizers(object), definition, wrong);
        return wrong;
    }

    private static void name(
            ObjectNode object, ResourceDefinition definition, List<FieldError> wrong) {
        String generateName = Meta.text(object, "generateName");
        if (!generateName.isEmpty()) {
            for (String problem : definition.strategy().nameProblems(generateName, true)) {
                wrong.add(FieldError.invalid("metadata.generateName", generateName, problem));
            }
        }
        String name = Meta.text(object, "name");
        if (name.isEmpty()) {
            wrong.add(FieldError.required("metadata.name", "name or generateName is required"));
        } else {
            for (String problem : definition.strategy().nameProblems(name, false)) {
                wrong.add(FieldError.invalid("metadata.name", name, problem));
            }
        }
    }

    private static void labels(JsonNode labels, List<FieldError> wrong) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            for (String problem : NameRules.qualifiedName(label.getKey())) {
                wrong.add(FieldError.invalid("metadata.labels", label.getKey(), problem));
            }
            String value = label.getValue().asText("");
            for (String problem : NameRules.labelValue(value)) {
                wrong.add(FieldError.invalid("metadata.labels", value, problem));
            }
        }
    }

    private static void annotations(JsonNode annotations, List<FieldError> wrong) {
        long size = 0;
        for (Map.Entry<String, JsonNode> one : annotations.properties()) {
            String key = one.getKey();
            for (String problem : NameRules.qualifiedName(key.toLowerCase(Locale.ROOT))) {
                wrong.add(FieldError.invalid("metadata.annotations", key, problem));
            }
            size += utf8Length(key) + utf8Length(one.getValue().asText(""));
        }
        if (size > MOST_ANNOTATION_BYTES) {
            wrong.add(FieldError.tooLong("metadata.annotations", MOST_ANNOTATION_BYTES));
        }
    }

    private static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void owners(JsonNode references, List<FieldError> wrong) {
        String path = "metadata.ownerReferences";
        String controller = "";
        for (JsonNode reference : references) {
            if (reference.path("apiVersion").asText("").isEmpty()) {
                wrong.add(
                        FieldError.invalid(path + ".apiVersion", "", "version must not be empty"));
            }
            for (String field : List.of("kind", "name", "uid")) {
                if (reference.path(field).asText("").isEmpty()) {
                    wrong.add(FieldError.invalid(path + "." + field, "", "must not be empty"));
                }
            }
            if (reference.path("controller").asBoolean(false)) {
                String name = reference.path("name").asText();
                if (!controller.isEmpty()) {
                    wrong.add(
                            FieldError.invalid(
                                    path,
                                    references.toString(),
                                    "Only one reference can have Controller set to true. Found"
                                            + " \"true\" in references for "
                                            + controller
                                            + " and "
                                            + name));
                }
                controller = name;
            }
        }
    }

    private static void finalizers(
            List<String> finalizers, ResourceDefinition definition, List<FieldError> wrong) {
        String path = "metadata.finalizers";
        boolean takesAny =
                definition.schema().isStructural()
                        || TAKING_ANY_FINALIZER.contains(definition.kind().group());
        for (String finalizer : finalizers) {
            List<String> problems = NameRules.qualifiedName(finalizer);
            problems.forEach(problem -> wrong.add(FieldError.invalid(path, finalizer, problem)));
            if (problems.isEmpty()
                    && !takesAny
                    && finalizer.indexOf('/') < 0
                    && !PLAIN_FINALIZERS.contains(finalizer)) {
                wrong.add(
                        FieldError.invalid(
                                path,
                                finalizer,
                                "name is neither a standard finalizer name nor is it fully"
                                        + " qualified"));
            }
        }
        if (finalizers.contains(Meta.ORPHAN) && finalizers.contains(Meta.FOREGROUND)) {
            wrong.add(
                    FieldError.invalid(
                            path,
                            finalizers.toString(),
                            "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }

    /**
     * What must not change; expects that values left out have been filled in from the old object.
     */
    static List<FieldError> checkUpdate(ObjectNode object, ObjectNode old) {
        List<FieldError> wrong = new ArrayList<>();
        for (String field : IMMUTABLE) {
            JsonNode now = object.path("metadata").path(field);
            JsonNode before = old.path("metadata").path(field);
            if (!now.asText("").equals(before.asText(""))) {
                Object shown = now.isNumber() ? now.numberValue() : now.asText("");
                wrong.add(FieldError.invalid("metadata." + field, shown, "field is immutable"));
            }
        }
        if (Meta.isDeleting(old)) {
            List<String> added = new ArrayList<>(Meta.finalizers(object));
            added.removeAll(Meta.finalizers(old));
            if (!added.isEmpty()) {
                StringBuilder found = new StringBuilder("[]string{");
                for (String one : added) {
                    found.append(found.charAt(found.length() - 1) == '{' ? "" : ", ")
                            .append('"')
                            .append(one)
                            .append('"');
                }
                wrong.add(
                        FieldError.forbidden(
                                "metadata.finalizers",
                                "no new finalizers can be added if the object is being deleted,"
                                        + " found new finalizers "
                                        + found
                                        + "}"));
            }
        }
        return wrong;
    }
}
