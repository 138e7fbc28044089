package io.felucca.machinery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of kubectl's JSONPath that resource definitions use: fields ({@code .spec.x}, {@code
 * ['a.b']}, {@code .metadata.labels.app\.kubernetes\.io/name}), indexes, {@code [*]} and filters
 * ({@code [?(@.type=="Ready")]}). Immutable and thread-safe.
 */
public final class JsonPath {
    private final List<Step> steps;

    /** Gives what one step finds in a value. */
    private interface Step {
        void find(JsonNode value, List<JsonNode> found);
    }

    private JsonPath(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a path that begins with a dot or a bracket.
     *
     * @throws IllegalArgumentException if it can't be read
     */
    public static JsonPath parse(String text) {
        return new JsonPath(new Parser(text).steps());
    }

    /** The first value at the path; empty if there is none. */
    public Optional<JsonNode> first(JsonNode object) {
        List<JsonNode> values = List.of(object);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            values.forEach(value -> step.find(value, next));
            if (next.isEmpty()) {
                return Optional.empty();
            }
            values = next;
        }
        return Optional.of(values.get(0));
    }

    private static Step field(String name) {
        return (value, found) -> {
            JsonNode field = value.get(name);
            if (field != null) {
                found.add(field);
            }
        };
    }

    private static Step index(int index) {
        return (value, found) -> {
            JsonNode element = value.get(index < 0 ? value.size() + index : index);
            if (value.isArray() && element != null) {
                found.add(element);
            }
        };
    }

    private static Step all() {
        return (value, found) -> value.forEach(found::add);
    }

    private static Step filter(JsonPath left, String operator, String literal) {
        return (value, found) -> {
            for (JsonNode element : value) {
                Optional<JsonNode> at = left.first(element);
                boolean holds =
                        operator.isEmpty()
                                ? at.isPresent()
                                : at.isPresent() && compare(at.get(), operator, literal);
                if (holds) {
                    found.add(element);
                }
            }
        };
    }

    private static boolean compare(JsonNode value, String operator, String literal) {
        int order;
        if (value.isNumber() && literal.matches("-?\\d+(\\.\\d+)?")) {
            order = value.decimalValue().compareTo(new java.math.BigDecimal(literal));
        } else {
            order = value.asText().compareTo(literal);
        }
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** Reads one text. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<Step> steps() {
            List<Step> steps = new ArrayList<>();
            if (text.isEmpty()) {
                throw wrong("it is empty");
            }
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '.') {
                    at++;
                    // A dot before a bracket, or alone, names nothing.
                    if (at < text.length() && text.charAt(at) != '[') {
                        steps.add(name());
                    }
                } else if (c == '[') {
                    steps.add(bracket());
                } else {
                    throw wrong("unexpected '" + c + "'");
                }
            }
            return steps;
        }

        private Step name() {
            StringBuilder name = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
                char c = text.charAt(at);
                if (c == '\\' && at + 1 < text.length()) {
                    at++;
                    c = text.charAt(at);
                }
                name.append(c);
                at++;
            }
            if (name.isEmpty()) {
                throw wrong("a name is missing");
            }
            return name.toString().equals("*") ? all() : field(name.toString());
        }

        private Step bracket() {
            at++;
            if (text.startsWith("?(", at)) {
                return filter();
            }
            int end = text.indexOf(']', at);
            if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
                end = text.indexOf(text.charAt(at) + "]", at + 1) + 1;
            }
            if (end <= at) {
                throw wrong("a bracket is not closed");
            }
            String inside = text.substring(at, end).strip();
            at = end + 1;
            if (inside.equals("*")) {
                return all();
            }
            if (inside.matches("-?\\d{1,9}")) {
                return index(Integer.parseInt(inside));
            }
            if (inside.length() > 1 && (inside.startsWith("'") || inside.startsWith("\""))) {
                return field(inside.substring(1, inside.length() - 1));
            }
            throw wrong("[" + inside + "] is neither an index nor a quoted name");
        }

        private Step filter() {
            int end = text.indexOf(")]", at);
            if (end < 0) {
                throw wrong("a filter is not closed");
            }
            String inside = text.substring(at + 2, end).strip();
            at = end + 2;
            for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
                int place = inside.indexOf(operator);
                if (place > 0) {
                    return JsonPath.filter(
                            current(inside.substring(0, place).strip()),
                            operator,
                            literal(inside.substring(place + operator.length()).strip()));
                }
            }
            return JsonPath.filter(current(inside), "", "");
        }

        private JsonPath current(String path) {
            if (!path.startsWith("@") || path.length() == 1) {
                throw wrong("a filter must begin with @ and a path");
            }
            return parse(path.substring(1));
        }

        private static String literal(String word) {
            boolean quoted =
                    word.length() > 1
                            && (word.charAt(0) == '"' || word.charAt(0) == '\'')
                            && word.charAt(0) == word.charAt(word.length() - 1);
            return quoted ? word.substring(1, word.length() - 1) : word;
        }

        private IllegalArgumentException wrong(String why) {
            return new IllegalArgumentException("\"" + text + "\": " + why);
        }
    }
}
