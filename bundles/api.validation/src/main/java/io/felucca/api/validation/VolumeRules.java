package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import io.felucca.machinery.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The volumes of a pod. */
final class VolumeRules {
    /** In upstream's order, which decides which source is called one too many. */
    private static final List<String> SOURCES =
            List.of(
                    "emptyDir",
                    "hostPath",
                    "gitRepo",
                    "gcePersistentDisk",
                    "awsElasticBlockStore",
                    "secret",
                    "nfs",
                    "iscsi",
                    "glusterfs",
                    "flocker",
                    "persistentVolumeClaim",
                    "rbd",
                    "cinder",
                    "cephfs",
                    "quobyte",
                    "downwardAPI",
                    "fc",
                    "configMap",
                    "azureFile",
                    "vsphereVolume",
                    "azureDisk",
                    "storageos",
                    "projected",
                    "scaleIO",
                    "csi",
                    "portworxVolume",
                    "photonPersistentDisk",
                    "ephemeral",
                    "image");

    private static final List<String> HOST_PATH_TYPES =
            List.of(
                    "BlockDevice",
                    "CharDevice",
                    "Directory",
                    "DirectoryOrCreate",
                    "File",
                    "FileOrCreate",
                    "Socket");

    private VolumeRules() {}

    static void volumes(Field volumes) {
        Set<String> names = new HashSet<>();
        for (Field volume : volumes.items()) {
            source(volume);
            Field name = volume.at("name");
            if (name.require() && name.follow(NameRules::dnsLabel) && !names.add(name.text())) {
                name.duplicate();
            }
        }
    }

    private static void source(Field volume) {
        List<String> set = new ArrayList<>(SOURCES);
        set.removeIf(name -> !volume.has(name));
        if (set.isEmpty()) {
            volume.required("must specify a volume type");
            return;
        }
        check(volume.at(set.get(0)), set.get(0));
        for (String extra : set.subList(1, set.size())) {
            volume.at(extra).forbidden("may not specify more than 1 volume type");
        }
    }

    private static void check(Field source, String type) {
        switch (type) {
            case "emptyDir" -> emptyDir(source);
            case "hostPath" -> {
                hostPath(source);
            }
            case "secret" -> {
                source.at("secretName").require();
                files(source, true);
            }
            case "configMap" -> {
                source.at("name").require();
                files(source, true);
            }
            case "persistentVolumeClaim" -> source.at("claimName").require();
            case "downwardAPI" -> {
                Values.fileMode(source.at("defaultMode"));
                ProjectionRules.downward(source, new HashSet<>());
            }
            case "projected" -> ProjectionRules.projected(source);
            case "nfs" -> {
                source.at("server").require();
                nfsPath(source.at("path"));
            }
            case "csi" -> csi(source);
            case "ephemeral" -> ephemeral(source);
            case "iscsi" -> iscsi(source);
            case "image" -> {
                if (!source.at("reference").filled()) {
                    source.at("reference").required("");
                }
                source.at("pullPolicy").oneOf(List.of("Always", "IfNotPresent", "Never"));
            }
            case "gitRepo" -> source.at("repository").require();
            default -> VolumeSources.others(source, type);
        }
    }

    private static void emptyDir(Field source) {
        Field limit = source.at("sizeLimit");
        if (limit.filled()
                && Quantity.isValid(limit.text())
                && Quantity.fromJson(limit.node()).signum() < 0) {
            limit.forbidden("SizeLimit field must be a valid resource quantity");
        }
    }

    static void hostPath(Field source) {
        if (source.at("path").require()) {
            Values.noDotDot(source.at("path"));
        }
        source.at("type").oneOf(HOST_PATH_TYPES);
    }

    private static void nfsPath(Field path) {
        if (path.require() && !path.text().startsWith("/")) {
            path.invalid("must be an absolute path");
        }
    }

    private static void csi(Field source) {
        driver(source.at("driver"));
        if (source.has("nodePublishSecretRef")) {
            source.at("nodePublishSecretRef", "name").require();
        }
    }

    static void driver(Field driver) {
        if (driver.require()) {
            if (driver.text().length() > NameRules.MAX_LABEL) {
                driver.tooLong(NameRules.MAX_LABEL);
            }
            NameRules.dnsSubdomain(driver.text().toLowerCase(java.util.Locale.ROOT))
                    .forEach(driver::invalid);
        }
    }

    private static void ephemeral(Field source) {
        Field template = source.at("volumeClaimTemplate");
        if (!template.present()) {
            template.required("");
            return;
        }
        LabelRules.labels(template.at("metadata", "labels"));
        LabelRules.annotations(template.at("metadata", "annotations"));
        ClaimRules.spec(template.at("spec"));
    }

    private static void iscsi(Field source) {
        source.at("targetPortal").require();
        source.at("iqn").require();
        source.at("lun").between(0, 255);
    }

    /** The keys that become files, with their modes. */
    static void files(Field source, boolean modes) {
        if (modes) {
            Values.fileMode(source.at("defaultMode"));
        }
        for (Field item : source.at("items").items()) {
            item.at("key").require();
            if (item.at("path").require()) {
                Values.projectedPath(item.at("path"));
            }
            Values.fileMode(item.at("mode"));
        }
    }
}
