package io.felucca.machinery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A field selector: terms such as {@code status.phase!=Running} that must all hold. Backslash,
 * comma and equals sign are escaped by a backslash in values. Immutable.
 */
public final class FieldSelector {

    /** One term; {@code equal} false for {@code !=}. */
    public record Term(String field, boolean equal, String value) {
        public Term {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return field + (equal ? "=" : "!=") + escape(value);
        }
    }

    private static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    private final List<Term> terms;

    private FieldSelector(List<Term> terms) {
        this.terms = List.copyOf(terms);
    }

    public static FieldSelector everything() {
        return EVERYTHING;
    }

    public static FieldSelector of(List<Term> terms) {
        return terms.isEmpty() ? EVERYTHING : new FieldSelector(terms);
    }

    /**
     * Parses the {@code fieldSelector} of a query; empty selects everything.
     *
     * @throws IllegalArgumentException with upstream's words, for a 400
     */
    public static FieldSelector parse(String query) {
        List<Term> terms = new ArrayList<>();
        for (String part : splitUnescaped(query)) {
            if (!part.isEmpty()) {
                terms.add(term(part, query));
            }
        }
        return of(terms);
    }

    private static Term term(String part, String query) {
        for (int i = 0; i < part.length(); i++) {
            String rest = part.substring(i);
            if (part.charAt(i) == '\\') {
                i++;
            } else if (rest.startsWith("!=")) {
                return new Term(part.substring(0, i), false, unescape(part.substring(i + 2)));
            } else if (rest.startsWith("==")) {
                return new Term(part.substring(0, i), true, unescape(part.substring(i + 2)));
            } else if (rest.startsWith("=")) {
                return new Term(part.substring(0, i), true, unescape(part.substring(i + 1)));
            }
        }
        throw new IllegalArgumentException(
                "invalid selector: '" + query + "'; can't understand '" + part + "'");
    }

    private static List<String> splitUnescaped(String query) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == ',') {
                parts.add(query.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(query.substring(start));
        return parts;
    }

    private static String unescape(String value) {
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                if (i >= value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    throw new IllegalArgumentException(
                            "invalid field selector: invalid escape sequence: \\"
                                    + (i < value.length() ? value.charAt(i) : ""));
                }
                plain.append(value.charAt(i));
            } else if (c == ',' || c == '=') {
                throw new IllegalArgumentException(
                        "invalid field selector: unescaped rune in value: " + c);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    static String escape(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }

    /** {@code values} gives a field's value; null counts as empty. */
    public boolean matches(Function<String, String> values) {
        for (Term term : terms) {
            String value = values.apply(term.field());
            if (term.equal() != term.value().equals(value == null ? "" : value)) {
                return false;
            }
        }
        return true;
    }

    public List<Term> terms() {
        return terms;
    }

    public boolean isEverything() {
        return terms.isEmpty();
    }

    /** What {@link #parse} reads back. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Term term : terms) {
            text.append(text.length() == 0 ? "" : ",").append(term);
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSelector that && terms.equals(that.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }
}
