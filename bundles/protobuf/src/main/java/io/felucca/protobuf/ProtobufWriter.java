package io.felucca.protobuf;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.felucca.machinery.Json;
import io.felucca.protobuf.Messages.Field;
import io.felucca.protobuf.Messages.Message;
import io.felucca.protobuf.Messages.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Writes JSON of built-in kinds as {@code application/vnd.kubernetes.protobuf}, in one pass over
 * the JSON's bytes. Fields that are not in the JSON are left out, which readers take for Go's zero
 * values. Thread-safe.
 */
public final class ProtobufWriter {
    private final Messages messages = Messages.shared();

    /** Whether there is a message for this kind, such as {@code apps/v1} and {@code Deployment}. */
    public boolean knows(String apiVersion, String kind) {
        return messages.ofKind(apiVersion, kind).isPresent();
    }

    /**
     * The envelope with one object.
     *
     * @param json an object that names a kind which this {@linkplain #knows knows}; not checked
     *     against any schema: what the message has no field for is left out
     * @throws IllegalArgumentException for another kind
     */
    public byte[] object(byte[] json) {
        String[] type = typeOf(json);
        WireWriter out = new WireWriter(json.length);
        envelope(out, type[0], type[1], () -> object(out, message(type[0], type[1]), json));
        return out.toByteArray();
    }

    /** The apiVersion and the kind, which stand before all else in what is stored. */
    private static String[] typeOf(byte[] json) {
        String[] type = {"", ""};
        try (JsonParser parser = Json.mapper().getFactory().createParser(json)) {
            parser.nextToken();
            for (String name = parser.nextFieldName();
                    name != null && (type[0].isEmpty() || type[1].isEmpty());
                    name = parser.nextFieldName()) {
                parser.nextToken();
                switch (name) {
                    case "apiVersion" -> type[0] = parser.getText();
                    case "kind" -> type[1] = parser.getText();
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("JSON for protobuf can't be read", e);
        }
        return type;
    }

    /**
     * The envelope with a list.
     *
     * @param kind the list's, such as {@code PodList}
     * @param metadata the list's own, as JSON
     * @param items each an object, as JSON
     */
    public byte[] list(String apiVersion, String kind, byte[] metadata, List<byte[]> items) {
        long total = 0;
        for (byte[] item : items) {
            total += item.length;
        }
        WireWriter out = new WireWriter((int) Math.min(total, 64 << 20));
        Map<String, Place> places = messages.places(message(apiVersion, kind));
        envelope(
                out,
                apiVersion,
                kind,
                () -> {
                    part(out, places.get("metadata").field(), metadata);
                    Field field = places.get("items").field();
                    items.forEach(item -> part(out, field, item));
                });
        return out.toByteArray();
    }

    /**
     * One event of a watch as it stands in the stream: four bytes with its length, then a message
     * of its type and its object's envelope.
     */
    public byte[] event(String type, byte[] json) {
        WireWriter out = new WireWriter(json.length + 32);
        out.raw(new byte[4], 0, 4);
        out.tag(1, WireReader.BYTES);
        out.text(type);
        out.tag(2, WireReader.BYTES);
        int extension = out.begin();
        out.tag(1, WireReader.BYTES);
        out.bytes(object(json));
        out.end(extension);
        byte[] frame = out.toByteArray();
        int length = frame.length - 4;
        for (int i = 0; i < 4; i++) {
            frame[i] = (byte) (length >>> (24 - 8 * i));
        }
        return frame;
    }

    private Message message(String apiVersion, String kind) {
        return messages.ofKind(apiVersion, kind)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no protobuf message for "
                                                + apiVersion
                                                + ", kind "
                                                + kind));
    }

    private static void envelope(WireWriter out, String apiVersion, String kind, Runnable content) {
        out.raw(ProtobufReader.MAGIC, 0, ProtobufReader.MAGIC.length);
        out.tag(1, WireReader.BYTES);
        int type = out.begin();
        out.tag(1, WireReader.BYTES);
        out.text(apiVersion);
        out.tag(2, WireReader.BYTES);
        out.text(kind);
        out.end(type);
        out.tag(2, WireReader.BYTES);
        int raw = out.begin();
        content.run();
        out.end(raw);
    }

    private void part(WireWriter out, Field field, byte[] json) {
        out.tag(field.number(), WireReader.BYTES);
        int begun = out.begin();
        object(out, messages.named(field.type()), json);
        out.end(begun);
    }

    private void object(WireWriter out, Message message, byte[] json) {
        try (JsonParser parser = Json.mapper().getFactory().createParser(json)) {
            parser.nextToken();
            fields(out, message, parser);
        } catch (IOException e) {
            throw new UncheckedIOException("JSON for " + message.name() + " can't be read", e);
        }
    }

    /** The JSON of the value that begins here; the parser is at its end afterwards. */
    static byte[] slice(JsonParser parser) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator copy = parser.getCodec().getFactory().createGenerator(out)) {
            copy.copyCurrentStructureExact(parser);
        }
        return out.toByteArray();
    }

    /** The fields of the JSON object that begins here. */
    void fields(WireWriter out, Message message, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        Map<String, Place> places = messages.places(message);
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            Place place = places.get(name);
            JsonToken token = parser.nextToken();
            if (place == null || token == JsonToken.VALUE_NULL) {
                parser.skipChildren();
            } else {
                placed(out, place, 0, parser);
            }
        }
    }

    /** An inline message comes once for each of its fields: readers merge them. */
    private void placed(WireWriter out, Place place, int depth, JsonParser parser)
            throws IOException {
        if (depth == place.around().size()) {
            field(out, place.field(), parser);
            return;
        }
        out.tag(place.around().get(depth).number(), WireReader.BYTES);
        int begun = out.begin();
        placed(out, place, depth + 1, parser);
        out.end(begun);
    }

    private void field(WireWriter out, Field field, JsonParser parser) throws IOException {
        if (field.map()) {
            entries(out, field, parser);
        } else if (field.repeated() && parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                value(out, field, parser);
            }
        } else {
            value(out, field, parser);
        }
    }

    private void entries(WireWriter out, Field field, JsonParser parser) throws IOException {
        Field value = messages.named(field.type()).fields().get(2);
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            out.tag(field.number(), WireReader.BYTES);
            int begun = out.begin();
            out.tag(1, WireReader.BYTES);
            out.text(key);
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                value(out, value, parser);
            }
            out.end(begun);
        }
    }

    private void value(WireWriter out, Field field, JsonParser parser) throws IOException {
        switch (field.type()) {
            case "string" -> {
                out.tag(field.number(), WireReader.BYTES);
                out.text(parser.getText());
            }
            case "bytes" -> {
                out.tag(field.number(), WireReader.BYTES);
                out.bytes(parser.getBinaryValue());
            }
            case "bool" -> {
                out.tag(field.number(), WireReader.VARINT);
                out.varint(parser.getBooleanValue() ? 1 : 0);
            }
            case "int" -> {
                out.tag(field.number(), WireReader.VARINT);
                out.varint(parser.getLongValue());
            }
            case "double" -> {
                out.tag(field.number(), WireReader.FIXED64);
                out.fixed64(Double.doubleToRawLongBits(parser.getDoubleValue()));
            }
            default -> {
                out.tag(field.number(), WireReader.BYTES);
                int begun = out.begin();
                if (!SpecialTypes.write(out, field.type(), parser, this)) {
                    fields(out, messages.named(field.type()), parser);
                }
                out.end(begun);
            }
        }
    }

    /** For the special types, whose parts are ordinary messages. */
    void message(WireWriter out, int number, String type, JsonParser parser) throws IOException {
        out.tag(number, WireReader.BYTES);
        int begun = out.begin();
        fields(out, messages.named(type), parser);
        out.end(begun);
    }
}
