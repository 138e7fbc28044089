package io.felucca.apiserver.cel;

import java.util.Set;

/** How properties are called in expressions: what CEL can't say is escaped, as upstream does. */
final class PropertyNames {
    private static final Set<String> RESERVED =
            Set.of(
                    "true",
                    "false",
                    "null",
                    "in",
                    "as",
                    "break",
                    "const",
                    "continue",
                    "else",
                    "for",
                    "function",
                    "if",
                    "import",
                    "let",
                    "loop",
                    "package",
                    "namespace",
                    "return",
                    "var",
                    "void",
                    "while");

    private PropertyNames() {}

    /** Null for a name that expressions can't reach. */
    static String escape(String name) {
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
            return null;
        }
        StringBuilder escaped = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            switch (c) {
                case '.' -> escaped.append("__dot__");
                case '-' -> escaped.append("__dash__");
                case '/' -> escaped.append("__slash__");
                case '_' -> {
                    boolean two = i + 1 < name.length() && name.charAt(i + 1) == '_';
                    escaped.append(two ? "__underscores__" : "_");
                    i += two ? 1 : 0;
                }
                default -> {
                    if (!isWord(c)) {
                        return null;
                    }
                    escaped.append(c);
                }
            }
        }
        return escaped.toString();
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** A name that was escaped, as it was. */
    static String unescape(String escaped) {
        if (!escaped.contains("__")) {
            return escaped;
        }
        if (escaped.startsWith("__") && escaped.endsWith("__") && escaped.length() > 4) {
            String plain = escaped.substring(2, escaped.length() - 2);
            if (RESERVED.contains(plain)) {
                return plain;
            }
        }
        return escaped.replace("__dot__", ".")
                .replace("__dash__", "-")
                .replace("__slash__", "/")
                .replace("__underscores__", "__");
    }
}
