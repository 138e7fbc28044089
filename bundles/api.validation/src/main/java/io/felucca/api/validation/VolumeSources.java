package io.felucca.api.validation;

import java.util.List;
import java.util.Map;

/** Volume sources that no driver of ours serves, but that the API still takes. */
public final class VolumeSources {
    private static final Map<String, List<String>> REQUIRED =
            Map.ofEntries(
                    Map.entry("gcePersistentDisk", List.of("pdName")),
                    Map.entry("awsElasticBlockStore", List.of("volumeID")),
                    Map.entry("glusterfs", List.of("endpoints", "path")),
                    Map.entry("rbd", List.of("monitors", "image")),
                    Map.entry("cinder", List.of("volumeID")),
                    Map.entry("cephfs", List.of("monitors")),
                    Map.entry("quobyte", List.of("registry", "volume")),
                    Map.entry("azureFile", List.of("secretName", "shareName")),
                    Map.entry("vsphereVolume", List.of("volumePath")),
                    Map.entry("azureDisk", List.of("diskName", "diskURI")),
                    Map.entry("scaleIO", List.of("gateway", "system", "volumeName")),
                    Map.entry("portworxVolume", List.of("volumeID")),
                    Map.entry("photonPersistentDisk", List.of("pdID")),
                    Map.entry("flexVolume", List.of("driver")));

    private VolumeSources() {}

    /** Checks what such a source can't do without. */
    public static void others(Field source, String type) {
        for (String name : REQUIRED.getOrDefault(type, List.of())) {
            source.at(name).require();
        }
    }

    /** A {@code hostPath} source, also of a PersistentVolume. */
    public static void hostPath(Field source) {
        VolumeRules.hostPath(source);
    }

    /** The name of a CSI driver. */
    public static void driver(Field driver) {
        VolumeRules.driver(driver);
    }
}
