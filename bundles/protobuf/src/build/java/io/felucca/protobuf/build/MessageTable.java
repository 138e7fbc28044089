package io.felucca.protobuf.build;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.felucca.machinery.schema.Schema;
import io.felucca.schema.Schemas;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Admissionregistration;
import io.kubernetes.client.proto.V1Apiextensions;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Batch;
import io.kubernetes.client.proto.V1Certificates;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Discovery;
import io.kubernetes.client.proto.V1Events;
import io.kubernetes.client.proto.V1Flowcontrol;
import io.kubernetes.client.proto.V1Networking;
import io.kubernetes.client.proto.V1Node;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Rbac;
import io.kubernetes.client.proto.V1Resource;
import io.kubernetes.client.proto.V1Scheduling;
import io.kubernetes.client.proto.V1Storage;
import io.kubernetes.client.proto.V2Autoscaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the table of messages that the bundle reads and writes protobuf by: a line
 * {@code @message} for each, then its fields as {@code number name type}, the type with a trailing
 * {@code *} where it repeats, and the name {@code -} where JSON has the field's own fields in its
 * place.
 */
public final class MessageTable {
    private static final List<FileDescriptor> FILES =
            List.of(
                    Meta.getDescriptor(),
                    V1.getDescriptor(),
                    V1Admissionregistration.getDescriptor(),
                    V1Apiextensions.getDescriptor(),
                    V1Apps.getDescriptor(),
                    V1Authentication.getDescriptor(),
                    V1Authorization.getDescriptor(),
                    V1Autoscaling.getDescriptor(),
                    V2Autoscaling.getDescriptor(),
                    V1Batch.getDescriptor(),
                    V1Certificates.getDescriptor(),
                    V1Coordination.getDescriptor(),
                    V1Discovery.getDescriptor(),
                    V1Events.getDescriptor(),
                    V1Flowcontrol.getDescriptor(),
                    V1Networking.getDescriptor(),
                    V1Node.getDescriptor(),
                    V1Policy.getDescriptor(),
                    V1Rbac.getDescriptor(),
                    V1Resource.getDescriptor(),
                    V1Scheduling.getDescriptor(),
                    V1Storage.getDescriptor());

    private final Map<String, Descriptor> messages = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    public static void main(String[] args) throws IOException {
        MessageTable table = new MessageTable();
        for (FileDescriptor file : FILES) {
            file.getMessageTypes().forEach(table::add);
        }
        table.messages.values().forEach(table::write);
        Path out = Path.of(args[0]);
        Files.createDirectories(out.getParent());
        Files.writeString(out, table.text);
    }

    private void add(Descriptor message) {
        if (messages.putIfAbsent(message.getFullName(), message) == null) {
            for (FieldDescriptor field : message.getFields()) {
                if (field.getJavaType() == JavaType.MESSAGE) {
                    add(field.getMessageType());
                }
            }
        }
    }

    private void write(Descriptor message) {
        text.append('@').append(message.getFullName()).append('\n');
        Optional<Schema> schema = schema(message);
        for (FieldDescriptor field : message.getFields()) {
            text.append(field.getNumber())
                    .append(' ')
                    .append(isInline(field, schema) ? "-" : jsonName(field, schema))
                    .append(' ')
                    .append(type(field))
                    .append(field.isRepeated() ? "*" : "")
                    .append('\n');
        }
    }

    /** A message that JSON has no name for lies flat in the one around it. */
    private static boolean isInline(FieldDescriptor field, Optional<Schema> schema) {
        return field.getJavaType() == JavaType.MESSAGE
                && !field.isRepeated()
                && schema.filter(known -> !known.properties().isEmpty())
                        .filter(known -> !known.properties().containsKey(field.getName()))
                        .isPresent();
    }

    /**
     * Where the two differ: in a capital letter, and in the names of JSON schemas that protobuf
     * can't write, such as {@code $ref} and {@code x-kubernetes-validations}.
     */
    private static String jsonName(FieldDescriptor field, Optional<Schema> schema) {
        String name = field.getName();
        Set<String> properties = schema.map(Schema::properties).orElse(Map.of()).keySet();
        if (properties.contains(name)) {
            return name;
        }
        String hyphened = name.replaceAll("([A-Z])", "-$1");
        return properties.stream()
                .filter(
                        property ->
                                property.equalsIgnoreCase(name)
                                        || property.equals("$" + name)
                                        || property.equalsIgnoreCase(hyphened))
                .findFirst()
                .orElse(name);
    }

    private static Optional<Schema> schema(Descriptor message) {
        String name = message.getFullName().replace("k8s.io.", "io.k8s.").replace('_', '-');
        try {
            return Optional.of(Schemas.definition(name));
        } catch (IllegalArgumentException e) {
            // Helpers of the encoding, map entries among them, have no schema.
            return Optional.empty();
        }
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getType()) {
            case MESSAGE ->
                    field.isMapField()
                            ? "map:" + field.getMessageType().getFullName()
                            : field.getMessageType().getFullName();
            case STRING -> "string";
            case BYTES -> "bytes";
            case BOOL -> "bool";
            case INT32, INT64 -> "int";
            case DOUBLE -> "double";
            default ->
                    throw new IllegalStateException(
                            "no rule for type " + field.getType() + " of " + field.getFullName());
        };
    }
}
