package io.felucca.api.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code volumeattachments} with status. */
final class Attachments implements Strategy {
    static ResourceDefinition definition() {
        return StorageGroup.resource("v1", "VolumeAttachment", "volumeattachments")
                .clusterScoped()
                .strategy(new Attachments())
                .subresource(StorageGroup.status("v1", "VolumeAttachment"))
                .columns(
                        new Column(
                                "Attacher",
                                "string",
                                "name",
                                "Attacher",
                                0,
                                object -> object.at("/spec/attacher").asText()),
                        Column.string(
                                "PV",
                                object ->
                                        Cells.text(
                                                object, "/spec/source/persistentVolumeName", "")),
                        Column.string("Node", object -> object.at("/spec/nodeName").asText()),
                        new Column(
                                "Attached",
                                "boolean",
                                "",
                                "Attached",
                                0,
                                object -> object.at("/status/attached").asBoolean()),
                        Column.AGE)
                .build();
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field attachment = Field.root(object);
        Field spec = attachment.at("spec");
        spec.at("attacher").require();
        spec.at("nodeName").require();
        Field source = spec.at("source");
        boolean inline = source.has("inlineVolumeSpec");
        boolean named = source.at("persistentVolumeName").filled();
        if (!inline && !named) {
            source.required(
                    "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        } else if (inline && named) {
            source.forbidden(
                    "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        }
        return attachment.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        spec.immutable(old.path("spec"), "field is immutable");
        return spec.problems();
    }
}
