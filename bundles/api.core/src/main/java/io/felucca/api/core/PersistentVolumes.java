package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.AffinityRules;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.ClaimRules;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.VolumeSources;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.ArrayList;
import java.util.List;

/** {@code persistentvolumes} with status. */
final class PersistentVolumes implements Strategy {
    private static final List<String> SOURCES =
            List.of(
                    "hostPath",
                    "gcePersistentDisk",
                    "awsElasticBlockStore",
                    "glusterfs",
                    "flocker",
                    "nfs",
                    "rbd",
                    "quobyte",
                    "cephfs",
                    "iscsi",
                    "cinder",
                    "fc",
                    "flexVolume",
                    "azureFile",
                    "vsphereVolume",
                    "azureDisk",
                    "portworxVolume",
                    "photonPersistentDisk",
                    "scaleIO",
                    "local",
                    "storageos",
                    "csi");

    static ResourceDefinition definition() {
        return Core.resource("PersistentVolume", "persistentvolumes")
                .clusterScoped()
                .shortNames("pv")
                .strategy(new PersistentVolumes())
                .subresource(Core.status("PersistentVolume"))
                .columns(
                        Column.string("Capacity", pv -> pv.at("/spec/capacity/storage").asText()),
                        Column.string("Access Modes", pv -> modes(pv.at("/spec/accessModes"))),
                        Column.string(
                                "Reclaim Policy",
                                pv -> pv.at("/spec/persistentVolumeReclaimPolicy").asText()),
                        Column.string("Status", PersistentVolumes::phase),
                        Column.string("Claim", PersistentVolumes::claim),
                        Column.string(
                                "StorageClass", pv -> pv.at("/spec/storageClassName").asText()),
                        Column.string(
                                "VolumeAttributesClass",
                                pv -> Cells.text(pv, "/spec/volumeAttributesClassName", "<unset>")),
                        Column.string("Reason", pv -> pv.at("/status/reason").asText()),
                        Column.AGE,
                        Column.string(
                                        "VolumeMode",
                                        pv -> Cells.text(pv, "/spec/volumeMode", "<unset>"))
                                .wide())
                .build();
    }

    /** Access modes in upstream's short forms. */
    static String modes(JsonNode modes) {
        List<String> all = new ArrayList<>();
        modes.forEach(mode -> all.add(mode.asText()));
        List<String> shown = new ArrayList<>();
        for (String[] pair :
                new String[][] {
                    {"ReadWriteOnce", "RWO"},
                    {"ReadOnlyMany", "ROX"},
                    {"ReadWriteMany", "RWX"},
                    {"ReadWriteOncePod", "RWOP"}
                }) {
            if (all.contains(pair[0])) {
                shown.add(pair[1]);
            }
        }
        return String.join(",", shown);
    }

    private static Object phase(JsonNode volume) {
        return volume.path("metadata").hasNonNull("deletionTimestamp")
                ? "Terminating"
                : volume.at("/status/phase").asText();
    }

    private static Object claim(JsonNode volume) {
        JsonNode claim = volume.path("spec").path("claimRef");
        return claim.has("name")
                ? claim.path("namespace").asText() + "/" + claim.path("name").asText()
                : "";
    }

    @Override
    public void defaults(ObjectNode object) {
        if (object.at("/spec/hostPath") instanceof ObjectNode path && !path.hasNonNull("type")) {
            path.put("type", "");
        }
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
        Field volume = Field.root(object);
        Field spec = volume.at("spec");
        spec.at("accessModes").require();
        ClaimRules.accessModes(spec.at("accessModes"));
        Field capacity = spec.at("capacity");
        capacity.require();
        for (String name : capacity.keys()) {
            if (!name.equals("storage")) {
                capacity.notSupported(List.of("storage"));
            } else {
                ClaimRules.positive(capacity.key(name));
            }
        }
        spec.at("persistentVolumeReclaimPolicy").oneOf(List.of("Delete", "Recycle", "Retain"));
        spec.at("volumeMode").oneOf(List.of("Block", "Filesystem"));
        spec.at("storageClassName").followIfSet(NameRules::dnsSubdomain);
        if (spec.has("nodeAffinity") && spec.at("nodeAffinity").has("required")) {
            AffinityRules.nodeSelector(spec.at("nodeAffinity", "required"));
        }
        source(spec);
        return volume.problems();
    }

    private static void source(Field spec) {
        List<String> set = new ArrayList<>(SOURCES);
        set.removeIf(name -> !spec.has(name));
        if (set.isEmpty()) {
            spec.required("must specify a volume type");
            return;
        }
        for (String extra : set.subList(1, set.size())) {
            spec.at(extra).forbidden("may not specify more than 1 volume type");
        }
        Field source = spec.at(set.get(0));
        switch (set.get(0)) {
            case "hostPath" -> VolumeSources.hostPath(source);
            case "nfs" -> {
                source.at("server").require();
                source.at("path").require();
            }
            case "local" -> {
                source.at("path").require();
                if (!spec.at("nodeAffinity").filled()) {
                    spec.named("metadata.annotations")
                            .required("Local volume requires node affinity");
                }
            }
            case "csi" -> {
                VolumeSources.driver(source.at("driver"));
                source.at("volumeHandle").require();
            }
            default -> VolumeSources.others(source, set.get(0));
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        for (String name : SOURCES) {
            if (!spec.at(name).node().equals(old.path("spec").path(name))) {
                spec.at("persistentvolumesource")
                        .forbidden("spec.persistentvolumesource is immutable after creation");
                break;
            }
        }
        spec.at("volumeMode").immutable(old.path("spec").path("volumeMode"));
        return spec.problems();
    }
}
