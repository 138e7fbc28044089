package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.felucca.client.api.Key;
import io.felucca.kubelet.volume.MountedVolume;
import io.felucca.kubelet.volume.VolumeException;
import io.felucca.kubelet.volume.Volumes;
import io.felucca.machinery.Json;
import io.felucca.testing.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumesTest {
    private static final FieldReferences.Place PLACE =
            new FieldReferences.Place("node-a", "127.0.0.1", List.of(), 2000, 1 << 30, 1 << 30);

    @TempDir Path directory;

    private final FakeClock clock = new FakeClock();
    private final FakeCluster cluster = new FakeCluster();
    private Volumes volumes;

    @BeforeEach
    void makeVolumes() {
        NodeSettings node =
                new NodeSettings(
                        "node-a",
                        "127.0.0.1",
                        directory.resolve("data"),
                        directory.resolve("run"),
                        directory.resolve("log"),
                        "cluster.local",
                        "10.96.0.10",
                        10250,
                        "");
        volumes =
                new Volumes(
                        node,
                        new ClusterData(cluster.of(ConfigMap.class), cluster.of(Secret.class)),
                        cluster.of(ServiceAccount.class),
                        clock);
    }

    @Test
    void changedConfigMapArrivesAfterAMinute() throws IOException, VolumeException {
        settings("1");
        Pod pod = pod();
        MountedVolume mounted = volumes.ensure(pod, PLACE).get("config");
        Path file = mounted.path().resolve("value");
        assertEquals("1", Files.readString(file));
        cluster.of(ConfigMap.class)
                .patch(
                        new Key("default", "settings"),
                        Json.object().set("data", Json.object().put("value", "2")));
        clock.advance(Duration.ofSeconds(59));
        volumes.ensure(pod, PLACE);
        assertEquals("1", Files.readString(file));
        clock.advance(Duration.ofSeconds(1));
        volumes.ensure(pod, PLACE);
        assertEquals("2", Files.readString(file));
        assertEquals(Map.of(), volumes.known("other"));
    }

    @Test
    void tokenIsRenewedInTime() throws IOException, VolumeException {
        settings("1");
        Pod pod = pod();
        Path token = volumes.ensure(pod, PLACE).get("token").path().resolve("token");
        assertEquals("token-1-of-default/robot", Files.readString(token));
        clock.advance(Duration.ofHours(23));
        volumes.ensure(pod, PLACE);
        assertEquals("token-1-of-default/robot", Files.readString(token));
        clock.advance(Duration.ofHours(1));
        volumes.ensure(pod, PLACE);
        assertEquals("token-2-of-default/robot", Files.readString(token));
    }

    @Test
    void missingConfigMapIsNamed() {
        assertEquals(
                "MountVolume.SetUp failed for volume \"config\" : configmap \"settings\" not found",
                assertThrows(VolumeException.class, () -> volumes.ensure(pod(), PLACE))
                        .getMessage());
    }

    @Test
    void nothingIsLeftOfARemovedPod() throws IOException, VolumeException {
        settings("1");
        Map<String, MountedVolume> mounted = volumes.ensure(pod(), PLACE);
        volumes.removeAll("u");
        mounted.values().forEach(one -> assertFalse(Files.exists(one.path())));
        assertFalse(Files.exists(directory.resolve("data/kubelet/pods/u")));
    }

    private void settings(String value) {
        cluster.of(ConfigMap.class)
                .create(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace("default")
                                .withName("settings")
                                .endMetadata()
                                .addToData("value", value)
                                .build());
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("p")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("robot")
                .addNewVolume()
                .withName("config")
                .withNewConfigMap()
                .withName("settings")
                .endConfigMap()
                .endVolume()
                .addNewVolume()
                .withName("token")
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken(null, 3600L, "token")
                .endSource()
                .endProjected()
                .endVolume()
                .addNewVolume()
                .withName("scratch")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build();
    }
}
