package io.felucca.machinery.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Rewrites a YAML body as JSON, so that one decoder sees both; duplicate keys are kept for it. */
public final class Yaml {
    private static final int MAX_BYTES = 3 * 1024 * 1024;
    private static final int MAX_DEPTH = 200;

    /** As in JSON; time to read a number grows with the square of its length. */
    private static final int MAX_DIGITS = 1000;

    /** What aliases may multiply a document to. */
    private static final int MAX_NODES = 1_000_000;

    private int nodes;

    private Yaml() {}

    /**
     * The first document as JSON. JSON, which is YAML too, stays as it is.
     *
     * @throws ApiException a bad request: broken, or far too large or deep
     */
    public static byte[] toJson(byte[] yaml) {
        return isJson(yaml) ? yaml : rewrite(new String(yaml, StandardCharsets.UTF_8));
    }

    private static boolean isJson(byte[] text) {
        if (text.length == 0 || text[0] != '{') {
            return false;
        }
        try (JsonParser parser = Json.mapper().getFactory().createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            // Flow style, such as {a: b}, or broken: the YAML parser tells.
            return false;
        }
    }

    private static byte[] rewrite(String yaml) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setAllowDuplicateKeys(true)
                        .setMaxAliasesForCollections(50)
                        .setCodePointLimit(MAX_BYTES)
                        .build();
        ByteArrayOutputStream json = new ByteArrayOutputStream(yaml.length() + 64);
        try (JsonGenerator generator = Json.mapper().createGenerator(json)) {
            checkDepth(new Parse(settings).parseString(yaml));
            Node root =
                    new Compose(settings)
                            .composeString(yaml)
                            .orElseThrow(() -> bad("the document is empty"));
            new Yaml().write(root, generator, 0);
        } catch (YamlEngineException e) {
            throw bad(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written to memory", e);
        }
        return json.toByteArray();
    }

    /** Before anything is composed of it, as that goes as deep into the stack. */
    private static void checkDepth(Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw bad("the document is nested deeper than " + MAX_DEPTH);
            }
        }
    }

    private static ApiException bad(String why) {
        return ApiException.badRequest("error converting YAML to JSON: yaml: " + why);
    }

    private void write(Node node, JsonGenerator out, int depth) throws IOException {
        nodes++;
        if (depth > MAX_DEPTH || nodes > MAX_NODES) {
            throw bad("the document is too deep or too large");
        }
        if (node instanceof MappingNode mapping) {
            out.writeStartObject();
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw bad("a key is not a scalar");
                }
                out.writeFieldName(key.getValue());
                write(tuple.getValueNode(), out, depth + 1);
            }
            out.writeEndObject();
        } else if (node instanceof SequenceNode sequence) {
            out.writeStartArray();
            for (Node item : sequence.getValue()) {
                write(item, out, depth + 1);
            }
            out.writeEndArray();
        } else if (node instanceof ScalarNode scalar) {
            scalar(scalar, out);
        } else {
            throw bad("a node of type " + node.getNodeType() + " can't be JSON");
        }
    }

    private static void scalar(ScalarNode scalar, JsonGenerator out) throws IOException {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if ((tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) && text.length() > MAX_DIGITS) {
            throw bad("a number has more than " + MAX_DIGITS + " digits");
        }
        if (tag.equals(Tag.NULL)) {
            out.writeNull();
        } else if (tag.equals(Tag.BOOL)) {
            out.writeBoolean(Boolean.parseBoolean(text));
        } else if (tag.equals(Tag.INT)) {
            out.writeNumber(integer(text));
        } else if (tag.equals(Tag.FLOAT) && text.matches("[-+]?[0-9.]+([eE][-+]?[0-9]{1,3})?")) {
            out.writeNumber(new BigDecimal(text));
        } else {
            out.writeString(text);
        }
    }

    /** A leading zero means octal, as in YAML 1.1: people write file modes that way. */
    private static BigInteger integer(String text) {
        if (text.startsWith("0x")) {
            return new BigInteger(text.substring(2), 16);
        } else if (text.startsWith("0o")) {
            return new BigInteger(text.substring(2), 8);
        } else if (text.matches("0[0-7]+")) {
            return new BigInteger(text, 8);
        }
        return new BigInteger(text);
    }
}
