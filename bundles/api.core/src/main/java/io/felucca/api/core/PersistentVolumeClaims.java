package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.ClaimRules;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Notices;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Quantity;
import java.util.List;

/** {@code persistentvolumeclaims} with status. */
final class PersistentVolumeClaims implements Strategy {
    static ResourceDefinition definition() {
        return Core.resource("PersistentVolumeClaim", "persistentvolumeclaims")
                .shortNames("pvc")
                .strategy(new PersistentVolumeClaims())
                .subresource(Core.status("PersistentVolumeClaim"))
                .columns(
                        Column.string("Status", PersistentVolumeClaims::phase),
                        Column.string("Volume", pvc -> pvc.at("/spec/volumeName").asText()),
                        Column.string("Capacity", PersistentVolumeClaims::capacity),
                        Column.string("Access Modes", PersistentVolumeClaims::modes),
                        Column.string(
                                "StorageClass", pvc -> pvc.at("/spec/storageClassName").asText()),
                        Column.string(
                                "VolumeAttributesClass",
                                pvc ->
                                        Cells.text(
                                                pvc, "/spec/volumeAttributesClassName", "<unset>")),
                        Column.AGE,
                        Column.string(
                                        "VolumeMode",
                                        pvc -> Cells.text(pvc, "/spec/volumeMode", "<unset>"))
                                .wide())
                .build();
    }

    private static Object phase(JsonNode claim) {
        return claim.path("metadata").hasNonNull("deletionTimestamp")
                ? "Terminating"
                : claim.at("/status/phase").asText();
    }

    private static boolean isBound(JsonNode claim) {
        return !claim.at("/spec/volumeName").asText("").isEmpty();
    }

    private static Object capacity(JsonNode claim) {
        return isBound(claim) ? claim.at("/status/capacity/storage").asText() : "";
    }

    private static Object modes(JsonNode claim) {
        return isBound(claim) ? PersistentVolumes.modes(claim.at("/status/accessModes")) : "";
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("PersistentVolumeClaim", "persistentvolume-binder-controller");
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", "Pending");
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field claim = Field.root(object);
        ClaimRules.spec(claim.at("spec"));
        return claim.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        ObjectNode now = comparable(object.path("spec"));
        ObjectNode was = comparable(old.path("spec"));
        if (!isBound(old)) {
            // The binder sets it, once.
            now.remove("volumeName");
            was.remove("volumeName");
        }
        if (!was.hasNonNull("storageClassName")) {
            // Set afterwards when there is a default class by then.
            now.remove("storageClassName");
        }
        if (!now.equals(was)) {
            spec.forbidden(
                    "spec is immutable after creation except resources.requests and"
                            + " volumeAttributesClassName for bound claims");
        }
        Field storage = spec.at("resources", "requests").key("storage");
        Quantity before = Quantity.fromJson(old.at("/spec/resources/requests/storage"));
        Quantity wanted = Quantity.fromJson(storage.node());
        if (wanted.compareTo(before) < 0) {
            spec.at("resources", "requests", "storage")
                    .forbidden("field can not be less than status.capacity");
        } else if (wanted.compareTo(before) > 0
                && !old.at("/status/phase").asText().equals("Bound")) {
            spec.forbidden(
                    "spec is immutable after creation except resources.requests and"
                            + " volumeAttributesClassName for bound claims");
        }
        return spec.problems();
    }

    private static ObjectNode comparable(JsonNode spec) {
        ObjectNode copy = spec.deepCopy();
        copy.remove("volumeAttributesClassName");
        if (copy.path("resources").path("requests") instanceof ObjectNode requests) {
            requests.remove("storage");
        }
        return copy;
    }
}
