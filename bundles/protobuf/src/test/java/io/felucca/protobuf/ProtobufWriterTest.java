package io.felucca.protobuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.schema.Schemas;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProtobufWriterTest {
    private static final Set<String> KIND = Set.of("kind", "apiVersion", "metadata");
    private static final String POD =
            """
            {"kind":"Pod","apiVersion":"v1",
             "metadata":{"name":"p","labels":{"a":"1","b":""},"creationTimestamp":null,
               "managedFields":[{"manager":"m","fieldsV1":{"f:spec":{"f:x":{}}}}]},
             "spec":{"hostNetwork":true,"nodeSelector":{},
               "volumes":[{"name":"v","configMap":{"name":"cm","defaultMode":420}}],
               "containers":[{"name":"c","args":["x","y"],
                 "resources":{"limits":{"cpu":"100m"}},
                 "livenessProbe":{"httpGet":{"port":"http"},"periodSeconds":7},
                 "readinessProbe":{"tcpSocket":{"port":80}}}]},
             "status":{"startTime":"2026-01-02T03:04:05Z"}}
            """;

    private final ProtobufWriter writer = new ProtobufWriter();

    @Test
    void generatedClassesReadWhatIsWritten() throws Exception {
        V1.Pod pod = V1.Pod.parseFrom(raw(writer.object(bytes(POD))).getRaw());
        assertEquals("p", pod.getMetadata().getName());
        assertEquals("", pod.getMetadata().getLabelsOrThrow("b"));
        assertFalse(pod.getMetadata().hasCreationTimestamp());
        assertEquals(
                "{\"f:spec\":{\"f:x\":{}}}",
                pod.getMetadata().getManagedFields(0).getFieldsV1().getRaw().toStringUtf8());
        assertTrue(pod.getSpec().getHostNetwork());
        V1.ConfigMapVolumeSource volume =
                pod.getSpec().getVolumes(0).getVolumeSource().getConfigMap();
        assertEquals("cm", volume.getLocalObjectReference().getName());
        assertEquals(420, volume.getDefaultMode());
        V1.Container container = pod.getSpec().getContainers(0);
        assertEquals(List.of("x", "y"), container.getArgsList());
        assertEquals("100m", container.getResources().getLimitsOrThrow("cpu").getString());
        assertEquals(7, container.getLivenessProbe().getPeriodSeconds());
        assertEquals(
                "http",
                container.getLivenessProbe().getHandler().getHttpGet().getPort().getStrVal());
        assertEquals(
                80,
                container.getReadinessProbe().getHandler().getTcpSocket().getPort().getIntVal());
        assertEquals(1_767_323_045, pod.getStatus().getStartTime().getSeconds());
    }

    @Test
    void envelopeNamesTheKind() throws Exception {
        Runtime.Unknown envelope = raw(writer.object(bytes(POD)));
        assertEquals("v1", envelope.getTypeMeta().getApiVersion());
        assertEquals("Pod", envelope.getTypeMeta().getKind());
    }

    @Test
    void listsHoldTheirItemsInOrder() throws Exception {
        byte[] list =
                writer.list(
                        "v1",
                        "PodList",
                        bytes("{\"resourceVersion\":\"7\",\"remainingItemCount\":3}"),
                        List.of(
                                bytes("{\"metadata\":{\"name\":\"a\"}}"),
                                bytes("{\"metadata\":{\"name\":\"b\"}}")));
        V1.PodList pods = V1.PodList.parseFrom(raw(list).getRaw());
        assertEquals("7", pods.getMetadata().getResourceVersion());
        assertEquals(3, pods.getMetadata().getRemainingItemCount());
        assertEquals("a", pods.getItems(0).getMetadata().getName());
        assertEquals("b", pods.getItems(1).getMetadata().getName());
    }

    @Test
    void eventsAreFramedByTheirLength() throws Exception {
        byte[] frame = writer.event("ADDED", bytes(POD));
        assertEquals(frame.length - 4, ByteBuffer.wrap(frame).getInt());
        Meta.WatchEvent event =
                Meta.WatchEvent.parseFrom(Arrays.copyOfRange(frame, 4, frame.length));
        assertEquals("ADDED", event.getType());
        assertArrayEquals(writer.object(bytes(POD)), event.getObject().getRaw().toByteArray());
    }

    @Test
    void kindsWithoutAMessageAreNotKnown() {
        assertTrue(writer.knows("apps/v1", "Deployment"));
        assertTrue(writer.knows("rbac.authorization.k8s.io/v1", "RoleList"));
        assertTrue(writer.knows("v1", "Status"));
        assertFalse(writer.knows("example.com/v1", "Boat"));
    }

    @Test
    void everyPropertyOfEveryTypeHasAPlace() {
        List<String> missing = new ArrayList<>();
        Messages messages = Messages.shared();
        for (String name : messages.names()) {
            Optional<Schema> schema = schema(name);
            if (schema.isPresent()) {
                for (String property : schema.get().properties().keySet()) {
                    boolean typeMeta = property.equals("kind") || property.equals("apiVersion");
                    if (!typeMeta && !messages.places(messages.named(name)).containsKey(property)) {
                        missing.add(name + " " + property);
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void whatIsWrittenIsReadAgainAsItWas() {
        long seed = new Random().nextLong();
        RandomObjects objects = new RandomObjects(new Random(seed));
        ProtobufReader reader = new ProtobufReader();
        int kinds = 0;
        for (String name : Messages.shared().names()) {
            Schema schema = schema(name).orElse(null);
            if (schema == null || !schema.properties().keySet().containsAll(KIND)) {
                continue;
            }
            String[] parts = name.split("\\.", -1);
            String kind = parts[parts.length - 1];
            String version = parts[parts.length - 2];
            String group = parts[parts.length - 3];
            String apiVersion = group.equals("core") ? version : group + "/" + version;
            kinds++;
            for (int round = 0; round < 20; round++) {
                ObjectNode object = objects.object(schema, 0);
                object.put("kind", kind).put("apiVersion", apiVersion);
                ObjectNode again = reader.read(writer.object(Json.bytes(object)));
                // As text: trees of equal JSON may differ in their classes of numbers and bytes.
                assertEquals(
                        Json.parseObject(Json.bytes(object)),
                        Json.parseObject(Json.bytes(again)),
                        "seed " + seed + ", " + name);
            }
        }
        assertTrue(kinds > 100, "only " + kinds + " kinds were tried");
    }

    private static Optional<Schema> schema(String message) {
        try {
            return Optional.of(
                    Schemas.definition(message.replace("k8s.io.", "io.k8s.").replace('_', '-')));
        } catch (IllegalArgumentException e) {
            // The encoding's own, such as the entries of a map.
            return Optional.empty();
        }
    }

    private static Runtime.Unknown raw(byte[] envelope) throws Exception {
        assertArrayEquals(new byte[] {'k', '8', 's', 0}, Arrays.copyOf(envelope, 4));
        return Runtime.Unknown.parseFrom(Arrays.copyOfRange(envelope, 4, envelope.length));
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
