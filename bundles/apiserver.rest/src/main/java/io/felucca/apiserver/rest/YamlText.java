package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes trees as YAML in block style. What a reader could take for something else is quoted. */
final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][-A-Za-z0-9_./]*");
    private static final Set<String> WORDS =
            Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private final StringBuilder out = new StringBuilder(4096);

    private YamlText() {}

    static byte[] bytes(JsonNode tree) {
        YamlText text = new YamlText();
        text.value(tree, 0, false);
        return text.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @param inline whether a key or a dash stands before it on the line
     */
    private void value(JsonNode node, int indent, boolean inline) {
        if (node.isObject() && !node.isEmpty()) {
            fields(node, indent, inline);
        } else if (node.isArray() && !node.isEmpty()) {
            if (inline) {
                out.append('\n');
            }
            for (JsonNode item : node) {
                out.append(" ".repeat(indent)).append("- ");
                item(item, indent + 2);
            }
        } else {
            if (inline) {
                out.append(' ');
            }
            out.append(scalar(node)).append('\n');
        }
    }

    private void fields(JsonNode node, int indent, boolean inline) {
        if (inline) {
            out.append('\n');
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            out.append(" ".repeat(indent));
            field(field, indent);
        }
    }

    private void field(Map.Entry<String, JsonNode> field, int indent) {
        out.append(text(field.getKey())).append(':');
        boolean list = field.getValue().isArray();
        value(field.getValue(), list ? indent : indent + 2, true);
    }

    /** The first field stands on the dash's own line. */
    private void item(JsonNode item, int indent) {
        if (!item.isObject() || item.isEmpty()) {
            boolean nested = item.isArray() && !item.isEmpty();
            if (nested) {
                out.setLength(out.length() - 1);
                value(item, indent, true);
            } else {
                out.append(scalar(item)).append('\n');
            }
            return;
        }
        Iterator<Map.Entry<String, JsonNode>> fields = item.properties().iterator();
        field(fields.next(), indent);
        while (fields.hasNext()) {
            out.append(" ".repeat(indent));
            field(fields.next(), indent);
        }
    }

    private static String scalar(JsonNode node) {
        return node.isTextual() ? text(node.asText()) : node.toString();
    }

    /** JSON's quotes are YAML's too. */
    private static String text(String value) {
        boolean plain =
                PLAIN.matcher(value).matches()
                        && !WORDS.contains(value.toLowerCase(java.util.Locale.ROOT));
        return plain
                ? value
                : com.fasterxml.jackson.databind.node.TextNode.valueOf(value).toString();
    }
}
