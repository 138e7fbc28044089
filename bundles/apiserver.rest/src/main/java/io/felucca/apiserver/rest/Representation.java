package io.felucca.apiserver.rest;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.protobuf.ProtobufReader;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * In which shape and encoding a client wants its answer.
 *
 * @param version of the shape's group meta.k8s.io; empty for whole objects
 */
record Representation(Shape shape, String version, Encoding encoding) {
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";
    static final String PROTOBUF = ProtobufReader.MEDIA_TYPE;

    enum Shape {
        WHOLE,
        TABLE,
        PARTIAL
    }

    enum Encoding {
        JSON(Representation.JSON),
        YAML(Representation.YAML),
        PROTOBUF(Representation.PROTOBUF);

        private final String mediaType;

        Encoding(String mediaType) {
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
        }
    }

    static final Representation WHOLE = new Representation(Shape.WHOLE, "", Encoding.JSON);

    /** Whether the stored bytes are the answer, as they are. */
    boolean isStored() {
        return shape == Shape.WHOLE && encoding == Encoding.JSON;
    }

    /**
     * The client's best alternative of those there are; none asked for means JSON.
     *
     * @param protobuf whether the whole answer has a message in protobuf; asked only if it matters
     */
    static Representation negotiate(List<String> accept, BooleanSupplier protobuf) {
        if (accept.isEmpty()) {
            return WHOLE;
        }
        List<MediaType> alternatives = MediaType.parseAccept(accept);
        for (MediaType type : alternatives) {
            Representation one = of(type);
            if (one != null && (one.encoding != Encoding.PROTOBUF || one.isMessage(protobuf))) {
                return one;
            }
        }
        if (alternatives.isEmpty()) {
            return WHOLE;
        }
        throw protobuf.getAsBoolean()
                ? notAcceptable(JSON, YAML, PROTOBUF)
                : notAcceptable(JSON, YAML);
    }

    /** How a failure is told: like an answer, but nothing is refused for it. */
    static Encoding encodingOfFailure(List<String> accept) {
        for (MediaType type : MediaType.parseAccept(accept)) {
            for (Encoding encoding : Encoding.values()) {
                if (type.covers(encoding.mediaType())) {
                    return encoding;
                }
            }
        }
        return Encoding.JSON;
    }

    /** Tables have none, metadata always does. */
    private boolean isMessage(BooleanSupplier whole) {
        return shape == Shape.PARTIAL || (shape == Shape.WHOLE && whole.getAsBoolean());
    }

    static ApiException notAcceptable(String... served) {
        return ApiException.of(
                StatusReason.NotAcceptable,
                "only the following media types are accepted: " + String.join(", ", served));
    }

    private static Representation of(MediaType type) {
        Encoding encoding;
        if (type.covers(JSON)) {
            encoding = Encoding.JSON;
        } else if (type.type().equals(YAML)) {
            encoding = Encoding.YAML;
        } else if (type.type().equals(PROTOBUF)) {
            encoding = Encoding.PROTOBUF;
        } else {
            return null;
        }
        String as = type.parameter("as");
        String version = type.parameter("v");
        if (as.isEmpty()) {
            // Another document than an object, such as aggregated discovery, was meant.
            return type.parameter("g").isEmpty()
                    ? new Representation(Shape.WHOLE, "", encoding)
                    : null;
        }
        if (!type.parameter("g").equals("meta.k8s.io")
                || !(version.equals("v1") || version.equals("v1beta1"))) {
            return null;
        }
        return switch (as) {
            case "Table" -> new Representation(Shape.TABLE, version, encoding);
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                    new Representation(Shape.PARTIAL, version, encoding);
            default -> null;
        };
    }
}
