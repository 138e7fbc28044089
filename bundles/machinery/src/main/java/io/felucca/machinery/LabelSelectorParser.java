package io.felucca.machinery;

import io.felucca.machinery.LabelSelector.Operator;
import io.felucca.machinery.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Parses the string form of a label selector, one requirement after the other. One use each. */
final class LabelSelectorParser {
    private static final String SPECIAL = "=!(),><";

    private final List<String> tokens = new ArrayList<>();
    private int next;

    LabelSelectorParser(String query) {
        int i = 0;
        while (i < query.length()) {
            char c = query.charAt(i);
            int start = i;
            if (Character.isWhitespace(c)) {
                i++;
                continue;
            }
            if (SPECIAL.indexOf(c) < 0) {
                while (i < query.length()
                        && SPECIAL.indexOf(query.charAt(i)) < 0
                        && !Character.isWhitespace(query.charAt(i))) {
                    i++;
                }
            } else {
                i++;
                boolean pairs = c == '=' || c == '!';
                if (pairs && i < query.length() && query.charAt(i) == '=') {
                    i++;
                }
            }
            tokens.add(query.substring(start, i));
        }
    }

    List<Requirement> parse() {
        List<Requirement> all = new ArrayList<>();
        while (next < tokens.size()) {
            if (!startsRequirement(peek())) {
                throw new IllegalArgumentException(
                        found(peek()) + ", expected: !, identifier, or 'end of string'");
            }
            all.add(requirement());
            if (next >= tokens.size()) {
                break;
            }
            String separator = take();
            if (!separator.equals(",")) {
                throw new IllegalArgumentException(
                        found(separator) + ", expected: ',' or 'end of string'");
            }
            if (!startsRequirement(peek())) {
                throw new IllegalArgumentException(
                        found(peek()) + ", expected: identifier after ','");
            }
        }
        return all;
    }

    private Requirement requirement() {
        boolean negated = peek().equals("!");
        if (negated) {
            next++;
        }
        String key = take();
        if (!isWord(key)) {
            throw wrong(found(key) + ", expected: identifier");
        }
        List<String> bad = NameRules.qualifiedName(key);
        if (!bad.isEmpty()) {
            throw wrong("key: Invalid value: \"" + key + "\": " + String.join("; ", bad));
        }
        if (negated) {
            return new Requirement(key, Operator.DOES_NOT_EXIST, Set.of());
        }
        if (next >= tokens.size() || peek().equals(",")) {
            return new Requirement(key, Operator.EXISTS, Set.of());
        }
        String operator = take();
        return switch (operator) {
            case "=", "==" -> new Requirement(key, Operator.IN, Set.of(single(key)));
            case "!=" -> new Requirement(key, Operator.NOT_IN, Set.of(single(key)));
            case "in" -> new Requirement(key, Operator.IN, several(key));
            case "notin" -> new Requirement(key, Operator.NOT_IN, several(key));
            case ">" -> new Requirement(key, Operator.GREATER_THAN, Set.of(number(key, ">")));
            case "<" -> new Requirement(key, Operator.LESS_THAN, Set.of(number(key, "<")));
            default -> throw wrong(found(operator) + ", expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    /** The value after an equals sign; nothing there is the empty value. */
    private String single(String key) {
        return next >= tokens.size() || peek().equals(",") ? "" : value(key);
    }

    private String number(String key, String operator) {
        String value = value(key);
        try {
            Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "unable to parse requirement: values[0]["
                            + key
                            + "]: Invalid value: \""
                            + value
                            + "\": for 'Gt', 'Lt' operators, the value must be an integer, not"
                            + " after '"
                            + operator
                            + "'",
                    e);
        }
        return value;
    }

    private Set<String> several(String key) {
        String open = take();
        if (!open.equals("(")) {
            throw wrong(found(open) + " expected: '('");
        }
        if (!(isWord(peek()) || peek().equals(",") || peek().equals(")"))) {
            throw wrong(found(peek()) + ", expected: ',', ')' or identifier");
        }
        Set<String> values = new TreeSet<>();
        while (true) {
            if (peek().equals(",") || peek().equals(")")) {
                values.add("");
            } else {
                values.add(value(key));
            }
            String separator = take();
            if (separator.equals(")")) {
                return values;
            }
            if (!separator.equals(",")) {
                throw wrong(found(separator) + ", expected: ',' or ')'");
            }
        }
    }

    private String value(String key) {
        String value = take();
        if (!isWord(value)) {
            throw wrong(found(value) + ", expected: identifier");
        }
        List<String> bad = NameRules.labelValue(value);
        if (!bad.isEmpty()) {
            throw wrong(
                    "values[0]["
                            + key
                            + "]: Invalid value: \""
                            + value
                            + "\": "
                            + String.join("; ", bad));
        }
        return value;
    }

    private static boolean startsRequirement(String token) {
        return isWord(token) || token.equals("!");
    }

    private static boolean isWord(String token) {
        return !token.isEmpty() && SPECIAL.indexOf(token.charAt(0)) < 0;
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }

    private String take() {
        String token = peek();
        next++;
        return token;
    }

    private static String found(String token) {
        return "found '" + token + "'";
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("unable to parse requirement: " + what);
    }
}
