package io.felucca.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BaseJsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.protobuf.Messages.Field;
import io.felucca.protobuf.Messages.Message;
import io.felucca.protobuf.WireReader.MalformedException;
import java.util.Set;

/**
 * Reads a body of type {@code application/vnd.kubernetes.protobuf}. Thread-safe.
 *
 * <p>Go writes fields that were never set as zeros, where its JSON leaves them out. So zeros are
 * left out here too, but for those fields in which a zero is a wish of its own.
 */
public final class ProtobufReader {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int MAX_DEPTH = 64;

    /** Fields that are pointers in Go: what is sent was set, also a zero. */
    private static final Set<String> ZERO_MEANS =
            Set.of(
                    ("activeDeadlineSeconds allocateLoadBalancerNodePorts"
                                    + " allowPrivilegeEscalation allowVolumeExpansion"
                                    + " attachRequired automountServiceAccountToken backoffLimit"
                                    + " backoffLimitPerIndex blockOwnerDeletion collisionCount"
                                    + " completions controller defaultMode"
                                    + " deletionGracePeriodSeconds enableServiceLinks exitCode"
                                    + " failedJobsHistoryLimit fsGroup gracePeriodSeconds"
                                    + " hostProcess hostUsers immutable ingressClassName"
                                    + " leaseTransitions manualSelector maxFailedIndexes"
                                    + " maxSurge maxUnavailable minAvailable"
                                    + " minReplicas mode namespaced nominalConcurrencyShares"
                                    + " optional orphanDependents parallelism partition"
                                    + " podInfoOnMount priority privileged"
                                    + " progressDeadlineSeconds readOnlyRootFilesystem ready"
                                    + " remainingItemCount replicas requiresRepublish"
                                    + " restartCount revisionHistoryLimit runAsGroup runAsNonRoot"
                                    + " runAsUser seLinuxMount served serving"
                                    + " setHostnameAsFQDN shareProcessNamespace"
                                    + " stabilizationWindowSeconds started"
                                    + " startingDeadlineSeconds storage storageCapacity"
                                    + " storageClassName successfulJobsHistoryLimit suspend"
                                    + " terminating terminatingReplicas"
                                    + " terminationGracePeriodSeconds tolerationSeconds"
                                    + " ttlSecondsAfterFinished value"
                                    + " volumeAttributesClassName weight")
                            .split(" "));

    private final Messages messages = Messages.shared();

    /**
     * The object in the envelope, with its apiVersion and kind.
     *
     * @throws ApiException 400 for what is no such envelope, or of a kind that is not built in
     */
    public ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length
                || !java.util.Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw ApiException.badRequest(
                    "provided data does not appear to be a protobuf message, expected prefix"
                            + " [107 56 115 0]");
        }
        try {
            return envelope(new WireReader(body, MAGIC.length, body.length));
        } catch (MalformedException e) {
            throw ApiException.badRequest("proto: " + e.getMessage());
        }
    }

    private ObjectNode envelope(WireReader reader) {
        ObjectNode type = Json.object();
        byte[] raw = new byte[0];
        while (!reader.atEnd()) {
            int tag = (int) reader.varint();
            switch (tag >>> 3) {
                case 1 -> readTypeMeta(piece(reader, tag), type);
                case 2 -> raw = piece(reader, tag).rest();
                default -> reader.skip(tag & 7);
            }
        }
        String apiVersion = type.path("apiVersion").asText();
        String kind = type.path("kind").asText();
        Message message =
                messages.ofKind(apiVersion, kind)
                        .orElseThrow(
                                () ->
                                        ApiException.badRequest(
                                                "no kind \""
                                                        + kind
                                                        + "\" is registered for version \""
                                                        + apiVersion
                                                        + "\" in protobuf; send it as"
                                                        + " application/json"));
        ObjectNode object = Json.object();
        object.put("kind", kind);
        object.put("apiVersion", apiVersion);
        fields(new WireReader(raw, 0, raw.length), message, object, 0);
        return object;
    }

    private static void readTypeMeta(WireReader reader, ObjectNode type) {
        while (!reader.atEnd()) {
            int tag = (int) reader.varint();
            switch (tag >>> 3) {
                case 1 -> type.put("apiVersion", piece(reader, tag).text());
                case 2 -> type.put("kind", piece(reader, tag).text());
                default -> reader.skip(tag & 7);
            }
        }
    }

    private void fields(WireReader reader, Message message, ObjectNode into, int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedException("messages are nested deeper than " + MAX_DEPTH);
        }
        while (!reader.atEnd()) {
            int tag = (int) reader.varint();
            Field field = message.fields().get(tag >>> 3);
            if (field == null) {
                reader.skip(tag & 7);
            } else if (field.inline()) {
                fields(piece(reader, tag), messages.named(field.type()), into, depth + 1);
            } else if (field.map()) {
                entry(piece(reader, tag), field, into.withObjectProperty(field.name()), depth);
            } else {
                put(into, field, value(reader, tag, field, depth));
            }
        }
    }

    private static void put(ObjectNode into, Field field, JsonNode value) {
        if (field.repeated()) {
            into.withArrayProperty(field.name()).add(value);
        } else if (!isZero(value) || ZERO_MEANS.contains(field.name())) {
            into.set(field.name(), value);
        }
    }

    private void entry(WireReader reader, Field field, ObjectNode map, int depth) {
        Message entry = messages.named(field.type());
        String key = "";
        JsonNode value = null;
        while (!reader.atEnd()) {
            int tag = (int) reader.varint();
            Field part = entry.fields().get(tag >>> 3);
            if (part == null) {
                reader.skip(tag & 7);
            } else if (tag >>> 3 == 1) {
                key = piece(reader, tag).text();
            } else {
                value = value(reader, tag, part, depth + 1);
            }
        }
        map.set(key, value == null ? empty(entry.fields().get(2)) : value);
    }

    private static JsonNode empty(Field value) {
        return value.type().equals("string") || value.type().equals("bytes")
                ? JsonNodeFactory.instance.textNode("")
                : Json.object();
    }

    private JsonNode value(WireReader reader, int tag, Field field, int depth) {
        JsonNodeFactory node = JsonNodeFactory.instance;
        return switch (field.type()) {
            case "string" -> node.textNode(piece(reader, tag).text());
            case "bytes" -> node.binaryNode(piece(reader, tag).rest());
            case "bool" -> node.booleanNode(number(reader, tag) != 0);
            case "int" -> node.numberNode(number(reader, tag));
            case "double" -> node.numberNode(Double.longBitsToDouble(fixed(reader, tag)));
            default -> message(piece(reader, tag), field.type(), depth + 1);
        };
    }

    private JsonNode message(WireReader reader, String type, int depth) {
        BaseJsonNode special = SpecialTypes.read(reader, type, this, depth);
        if (special != null) {
            return special;
        }
        ObjectNode object = Json.object();
        fields(reader, messages.named(type), object, depth);
        return object;
    }

    /** For the special types, whose parts are ordinary messages. */
    ObjectNode object(WireReader reader, String type, int depth) {
        ObjectNode object = Json.object();
        fields(reader, messages.named(type), object, depth);
        return object;
    }

    private static boolean isZero(JsonNode value) {
        return value.isNull()
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isNumber() && value.doubleValue() == 0)
                || (value.isBoolean() && !value.booleanValue())
                || (value.isBinary() && value.size() == 0 && value.asText().isEmpty());
    }

    static WireReader piece(WireReader reader, int tag) {
        need(tag, WireReader.BYTES);
        return reader.piece();
    }

    static long number(WireReader reader, int tag) {
        need(tag, WireReader.VARINT);
        return reader.varint();
    }

    private static long fixed(WireReader reader, int tag) {
        need(tag, WireReader.FIXED64);
        return reader.fixed64();
    }

    private static void need(int tag, int wireType) {
        if ((tag & 7) != wireType) {
            throw new MalformedException("field " + (tag >>> 3) + " has the wrong wire type");
        }
    }

    /** An array that JSON shows in the place of a message with items. */
    static ArrayNode array() {
        return Json.mapper().createArrayNode();
    }
}
