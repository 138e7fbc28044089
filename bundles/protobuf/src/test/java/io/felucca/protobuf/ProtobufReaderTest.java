package io.felucca.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.kubernetes.client.proto.IntStr.IntOrString;
import io.kubernetes.client.proto.Meta.ObjectMeta;
import io.kubernetes.client.proto.Meta.Time;
import io.kubernetes.client.proto.Resource.Quantity;
import io.kubernetes.client.proto.Runtime.TypeMeta;
import io.kubernetes.client.proto.Runtime.Unknown;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufReaderTest {
    private final ProtobufReader reader = new ProtobufReader();

    @Test
    void configMapKeepsItsDataAndDropsWhatWasNeverSet() {
        ObjectNode map =
                read(
                        "v1",
                        "ConfigMap",
                        V1.ConfigMap.newBuilder()
                                .setMetadata(
                                        ObjectMeta.newBuilder()
                                                .setName("a")
                                                .setNamespace("")
                                                .setGeneration(0)
                                                .setCreationTimestamp(Time.getDefaultInstance()))
                                .putData("x", "1")
                                .putData("empty", "")
                                .putBinaryData("b", ByteString.copyFromUtf8("hi"))
                                .build());
        assertEquals("a", map.at("/metadata/name").asText());
        assertFalse(map.at("/metadata").has("namespace"));
        assertFalse(map.at("/metadata").has("generation"));
        assertTrue(map.at("/metadata/creationTimestamp").isMissingNode());
        assertEquals("1", map.at("/data/x").asText());
        assertTrue(map.at("/data").has("empty"));
        assertEquals("aGk=", map.at("/binaryData/b").asText());
    }

    @Test
    void partsThatJsonHasNoNameForLieFlat() {
        V1.Volume volume =
                V1.Volume.newBuilder()
                        .setName("v")
                        .setVolumeSource(
                                V1.VolumeSource.newBuilder()
                                        .setConfigMap(
                                                V1.ConfigMapVolumeSource.newBuilder()
                                                        .setLocalObjectReference(
                                                                V1.LocalObjectReference.newBuilder()
                                                                        .setName("cm"))
                                                        .setDefaultMode(0)))
                        .build();
        ObjectNode pod =
                read(
                        "v1",
                        "Pod",
                        V1.Pod.newBuilder()
                                .setSpec(V1.PodSpec.newBuilder().addVolumes(volume))
                                .build());
        assertEquals("cm", pod.at("/spec/volumes/0/configMap/name").asText());
        assertTrue(pod.at("/spec/volumes/0/configMap").has("defaultMode"));
    }

    @Test
    void wishedZerosStayAndSpecialTypesLookAsInJson() {
        V1.Container container =
                V1.Container.newBuilder()
                        .setName("c")
                        .setStdin(false)
                        .setResources(
                                V1.ResourceRequirements.newBuilder()
                                        .putLimits(
                                                "cpu",
                                                Quantity.newBuilder().setString("100m").build()))
                        .setLivenessProbe(
                                V1.Probe.newBuilder()
                                        .setHandler(
                                                V1.ProbeHandler.newBuilder()
                                                        .setHttpGet(
                                                                V1.HTTPGetAction.newBuilder()
                                                                        .setPort(
                                                                                IntOrString
                                                                                        .newBuilder()
                                                                                        .setType(1)
                                                                                        .setStrVal(
                                                                                                "http")))))
                        .build();
        ObjectNode deployment =
                read(
                        "apps/v1",
                        "Deployment",
                        V1Apps.Deployment.newBuilder()
                                .setSpec(
                                        V1Apps.DeploymentSpec.newBuilder()
                                                .setReplicas(0)
                                                .setMinReadySeconds(0)
                                                .setTemplate(
                                                        V1.PodTemplateSpec.newBuilder()
                                                                .setSpec(
                                                                        V1.PodSpec.newBuilder()
                                                                                .addContainers(
                                                                                        container))))
                                .build());
        assertEquals(0, deployment.at("/spec/replicas").asInt(-1));
        assertFalse(deployment.at("/spec").has("minReadySeconds"));
        String path = "/spec/template/spec/containers/0";
        assertFalse(deployment.at(path).has("stdin"));
        assertEquals("100m", deployment.at(path + "/resources/limits/cpu").asText());
        assertEquals("http", deployment.at(path + "/livenessProbe/httpGet/port").asText());
    }

    @Test
    void aForeignBodyAndAnUnknownKindAreRefusedInWords() {
        ApiException foreign =
                assertThrows(
                        ApiException.class,
                        () -> reader.read("{}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(StatusReason.BadRequest, foreign.reason());
        ApiException unknown =
                assertThrows(
                        ApiException.class,
                        () -> read("example.com/v1", "Boat", V1.Pod.getDefaultInstance()));
        assertTrue(unknown.getMessage().contains("no kind \"Boat\""), unknown.getMessage());
    }

    @Test
    void damagedBodiesGiveABadRequestAndNothingElse() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] good =
                envelope(
                        "v1",
                        "Pod",
                        V1.Pod.newBuilder()
                                .setMetadata(ObjectMeta.newBuilder().setName("p"))
                                .setSpec(
                                        V1.PodSpec.newBuilder()
                                                .addContainers(
                                                        V1.Container.newBuilder().setName("c")))
                                .build());
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            try {
                reader.read(bad);
            } catch (ApiException e) {
                assertEquals(StatusReason.BadRequest, e.reason(), "seed " + seed);
            }
        }
    }

    private ObjectNode read(String apiVersion, String kind, MessageLite message) {
        return reader.read(envelope(apiVersion, kind, message));
    }

    private static byte[] envelope(String apiVersion, String kind, MessageLite message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'k', '8', 's', 0});
        out.writeBytes(
                Unknown.newBuilder()
                        .setTypeMeta(TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind))
                        .setRaw(message.toByteString())
                        // As client-go sends them: there, and empty.
                        .setContentEncoding("")
                        .setContentType("")
                        .build()
                        .toByteArray());
        return out.toByteArray();
    }
}
