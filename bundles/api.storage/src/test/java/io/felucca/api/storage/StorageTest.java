package io.felucca.api.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageTest {
    private static ResourceFixture of(String kind) {
        return ResourceFixture.of(new StorageGroup(), kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    StorageClass | "provisioner":"a.b/c" | /provisioner | "" | provisioner: Required value
                    StorageClass | "provisioner":"a.b/c" | /reclaimPolicy | "Recycle" | reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"
                    CSIDriver | "spec":{} | /spec/fsGroupPolicy | "X" | spec.fsGroupPolicy: Unsupported value: "X": supported values: "File", "None", "ReadWriteOnceWithFSType"
                    CSINode | "spec":{"drivers":[{"name":"a","nodeID":"n"}]} | /spec/drivers/1 | {"name":"a","nodeID":"n"} | spec.drivers[1].name: Duplicate value: "a"
                    VolumeAttachment | "spec":{"attacher":"a","nodeName":"n","source":{"persistentVolumeName":"v"}} | /spec/source | {} | spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName
                    CSIStorageCapacity | "storageClassName":"a" | /storageClassName | "A" | storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
                    VolumeAttributesClass | "driverName":"d","parameters":{"a":"b"} | /parameters | {} | parameters: Required value: must contain at least one key/value pair
                    """)
    void aBrokenRuleIsNamedWithItsPath(
            String kind, String valid, String pointer, String value, String message) {
        String manifest = "{\"metadata\":{\"name\":\"a\"}," + valid + "}";
        of(kind).create(manifest);
        assertEquals(List.of(message), of(kind).problems(manifest, pointer, value));
    }

    @Test
    void theDefaultClassIsMarkedAndAClassKeepsItsProvisioner() {
        ResourceFixture classes = of("StorageClass");
        ObjectNode stored =
                classes.create(
                        "{\"metadata\":{\"name\":\"a\",\"annotations\":"
                                + "{\"storageclass.kubernetes.io/is-default-class\":\"true\"}},"
                                + "\"provisioner\":\"x.y/z\"}");
        assertEquals(
                List.of("a (default)", "x.y/z", "Delete", "Immediate", "false", "AGE"),
                classes.cells(stored));
        assertEquals(
                List.of("provisioner: Forbidden: updates to provisioner are forbidden."),
                classes.updateProblems(stored, "/provisioner", "\"other\""));
    }
}
