package io.felucca.api.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.List;
import java.util.Locale;

/** {@code storageclasses}. */
final class StorageClasses implements Strategy {
    static ResourceDefinition definition() {
        return StorageGroup.resource("v1", "StorageClass", "storageclasses")
                .clusterScoped()
                .shortNames("sc")
                .strategy(new StorageClasses())
                .columns(
                        defaultName("storageclass.kubernetes.io/is-default-class"),
                        Column.string("Provisioner", sc -> sc.path("provisioner").asText()),
                        Column.string(
                                "ReclaimPolicy", sc -> Cells.text(sc, "/reclaimPolicy", "Delete")),
                        Column.string(
                                "VolumeBindingMode",
                                sc -> Cells.text(sc, "/volumeBindingMode", "Immediate")),
                        Column.string(
                                "AllowVolumeExpansion",
                                sc -> String.valueOf(sc.path("allowVolumeExpansion").asBoolean())),
                        Column.AGE)
                .build();
    }

    /** The name, and a mark for the class that is taken when none is named. */
    static Column defaultName(String annotation) {
        return new Column("Name", "string", "name", "Name", 0, object -> name(object, annotation));
    }

    private static Object name(JsonNode object, String annotation) {
        String name = object.at("/metadata/name").asText();
        boolean standard =
                object.path("metadata")
                        .path("annotations")
                        .path(annotation)
                        .asText()
                        .equals("true");
        return standard ? name + " (default)" : name;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field type = Field.root(object);
        Field provisioner = type.at("provisioner");
        if (provisioner.require()) {
            NameRules.qualifiedName(provisioner.text().toLowerCase(Locale.ROOT))
                    .forEach(provisioner::invalid);
        }
        type.at("reclaimPolicy").oneOf(List.of("Delete", "Retain"));
        type.at("volumeBindingMode").requireOneOf(List.of("Immediate", "WaitForFirstConsumer"));
        for (String key : type.at("parameters").keys()) {
            if (key.isEmpty()) {
                type.at("parameters").invalid(key, "field must not be empty.");
            }
        }
        return type.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field type = Field.root(object);
        for (String name : List.of("parameters", "provisioner", "reclaimPolicy")) {
            if (!type.at(name).node().equals(old.path(name))) {
                type.at(name).forbidden("updates to " + name + " are forbidden.");
            }
        }
        type.at("volumeBindingMode").immutable(old.path("volumeBindingMode"));
        return type.problems();
    }
}
