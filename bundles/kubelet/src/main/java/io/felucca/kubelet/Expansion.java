package io.felucca.kubelet;

import java.util.Map;

/** Expands {@code $(NAME)} in commands, arguments and values. */
final class Expansion {
    private Expansion() {}

    /** Unknown names stay as they stand; {@code $$} is one dollar sign that starts nothing. */
    static String expand(String text, Map<String, String> values) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '$' || i + 1 == text.length()) {
                out.append(c);
                i++;
                continue;
            }
            char next = text.charAt(i + 1);
            int end = next == '(' ? text.indexOf(')', i + 2) : -1;
            if (next == '$') {
                out.append('$');
                i += 2;
            } else if (end < 0) {
                out.append(c).append(next);
                i += 2;
            } else {
                String name = text.substring(i + 2, end);
                out.append(values.getOrDefault(name, "$(" + name + ")"));
                i = end + 1;
            }
        }
        return out.toString();
    }
}
