package io.felucca.machinery;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules for names, labels and keys. Each returns what is wrong in upstream's words, which users
 * grep for; an empty list means that nothing is. Thread-safe.
 */
public final class NameRules {
    public static final int MAX_LABEL = 63;
    public static final int MAX_SUBDOMAIN = 253;

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE = "(" + QUALIFIED + ")?";
    private static final String WILDCARD = "\\*\\." + SUBDOMAIN;
    private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";

    private static final Pattern LABEL_PATTERN = Pattern.compile(LABEL);
    private static final Pattern LABEL_1035_PATTERN = Pattern.compile(LABEL_1035);
    private static final Pattern CONFIG_KEY_PATTERN = Pattern.compile(CONFIG_KEY);

    private static final String SUBDOMAIN_WORDS =
            withPattern(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                            + " characters, '-' or '.', and must start and end with an alphanumeric"
                            + " character",
                    SUBDOMAIN,
                    "example.com");
    private static final String LABEL_WORDS =
            withPattern(
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters"
                            + " or '-', and must start and end with an alphanumeric character",
                    LABEL,
                    "my-name",
                    "123-abc");
    private static final String LABEL_1035_WORDS =
            withPattern(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-',"
                            + " start with an alphabetic character, and end with an alphanumeric"
                            + " character",
                    LABEL_1035,
                    "my-name",
                    "abc-123");
    private static final String QUALIFIED_WORDS =
            withPattern(
                    "must consist of alphanumeric characters, '-', '_' or '.', and must start and"
                            + " end with an alphanumeric character",
                    QUALIFIED,
                    "MyName",
                    "my.name",
                    "123-abc");
    private static final String VALUE_WORDS =
            withPattern(
                    "a valid label must be an empty string or consist of alphanumeric characters,"
                            + " '-', '_' or '.', and must start and end with an alphanumeric"
                            + " character",
                    VALUE,
                    "MyValue",
                    "my_value",
                    "12345");
    private static final String WILDCARD_WORDS =
            withPattern(
                    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS"
                            + " subdomain, which must consist of lower case alphanumeric"
                            + " characters, '-' or '.' and end with an alphanumeric character",
                    WILDCARD,
                    "*.example.com");
    private static final String CONFIG_KEY_WORDS =
            withPattern(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                    CONFIG_KEY,
                    "key.name",
                    "KEY_NAME",
                    "key-name");

    private NameRules() {}

    /** A DNS subdomain; {@code isPrefix} for a generateName, which may end in a dash. */
    public static List<String> dnsSubdomain(String name, boolean isPrefix) {
        return dnsSubdomain(isPrefix ? maskTrailingDash(name) : name);
    }

    public static List<String> dnsSubdomain(String name) {
        List<String> wrong = tooLong(name, MAX_SUBDOMAIN);
        if (!isSubdomain(name)) {
            wrong.add(SUBDOMAIN_WORDS);
        }
        return wrong;
    }

    public static List<String> dnsLabel(String name, boolean isPrefix) {
        return dnsLabel(isPrefix ? maskTrailingDash(name) : name);
    }

    public static List<String> dnsLabel(String name) {
        return check(name, MAX_LABEL, LABEL_PATTERN, LABEL_WORDS);
    }

    /** The stricter label of Service names: it starts with a letter. */
    public static List<String> dns1035Label(String name, boolean isPrefix) {
        return dns1035Label(isPrefix ? maskTrailingDash(name) : name);
    }

    public static List<String> dns1035Label(String name) {
        return check(name, MAX_LABEL, LABEL_1035_PATTERN, LABEL_1035_WORDS);
    }

    public static List<String> wildcardSubdomain(String name) {
        List<String> wrong = tooLong(name, MAX_SUBDOMAIN);
        if (!name.startsWith("*.") || !isSubdomain(name.substring(2))) {
            wrong.add(WILDCARD_WORDS);
        }
        return wrong;
    }

    /** A label or annotation key, a resource name, a finalizer: a name with an optional prefix. */
    public static List<String> qualifiedName(String key) {
        List<String> wrong = new ArrayList<>();
        int slash = key.indexOf('/');
        if (slash >= 0 && key.indexOf('/', slash + 1) >= 0) {
            wrong.add(
                    "a qualified name "
                            + QUALIFIED_WORDS
                            + " with an optional DNS subdomain prefix and '/' (e.g."
                            + " 'example.com/MyName')");
            return wrong;
        }
        if (slash == 0) {
            wrong.add("prefix part must be non-empty");
        } else if (slash > 0) {
            for (String message : dnsSubdomain(key.substring(0, slash))) {
                wrong.add("prefix part " + message);
            }
        }
        String name = key.substring(slash + 1);
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (name.length() > MAX_LABEL) {
            wrong.add("name part " + maxLength(MAX_LABEL));
        }
        if (!isQualified(name)) {
            wrong.add("name part " + QUALIFIED_WORDS);
        }
        return wrong;
    }

    public static List<String> labelValue(String value) {
        List<String> wrong = tooLong(value, MAX_LABEL);
        if (!value.isEmpty() && !isQualified(value)) {
            wrong.add(VALUE_WORDS);
        }
        return wrong;
    }

    /** What can stand in a path: the weakest rule, for RBAC names and the like. */
    public static List<String> pathSegment(String name, boolean isPrefix) {
        List<String> wrong = new ArrayList<>();
        if (!isPrefix && (name.equals(".") || name.equals(".."))) {
            wrong.add("may not be '" + name + "'");
        }
        for (String character : List.of("/", "%")) {
            if (name.contains(character)) {
                wrong.add("may not contain '" + character + "'");
            }
        }
        return wrong;
    }

    /** A key of a ConfigMap or Secret. */
    public static List<String> configMapKey(String key) {
        List<String> wrong = tooLong(key, MAX_SUBDOMAIN);
        if (!CONFIG_KEY_PATTERN.matcher(key).matches()) {
            wrong.add(CONFIG_KEY_WORDS);
        }
        if (key.equals(".") || key.equals("..")) {
            wrong.add("must not be '" + key + "'");
        } else if (key.startsWith("..")) {
            wrong.add("must not start with '..'");
        }
        return wrong;
    }

    /** Printable ASCII except the equals sign, as upstream allows since 1.34. */
    public static List<String> environmentVariable(String name) {
        List<String> wrong = new ArrayList<>();
        if (name.isEmpty()) {
            wrong.add("environment variable name must be non-empty");
        }
        if (!name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=')) {
            wrong.add(
                    "a valid environment variable name must consist only of printable ASCII"
                            + " characters other than '='");
        }
        return wrong;
    }

    /** The name of a container's port: an IANA service name. */
    public static List<String> portName(String name) {
        List<String> wrong = tooLong(name, 15);
        if (!name.chars().allMatch(c -> isLowerAlphanumeric(c) || c == '-') || name.isEmpty()) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    public static List<String> portNumber(long port) {
        return port >= 1 && port <= 65535
                ? List.of()
                : List.of("must be between 1 and 65535, inclusive");
    }

    private static List<String> check(String name, int maximum, Pattern pattern, String words) {
        List<String> wrong = tooLong(name, maximum);
        if (!pattern.matcher(name).matches()) {
            wrong.add(words);
        }
        return wrong;
    }

    private static List<String> tooLong(String name, int maximum) {
        List<String> wrong = new ArrayList<>(1);
        if (name.length() > maximum) {
            wrong.add(maxLength(maximum));
        }
        return wrong;
    }

    private static String maxLength(int maximum) {
        return "must be no more than " + maximum + " bytes";
    }

    /** By hand, because the pattern for it recurses in Java and a long name would overflow. */
    private static boolean isSubdomain(String name) {
        boolean edge = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (isLowerAlphanumeric(c)) {
                edge = false;
            } else if (edge || (c != '-' && c != '.')) {
                return false;
            } else if (c == '.') {
                if (name.charAt(i - 1) == '-') {
                    return false;
                }
                edge = true;
            }
        }
        return !edge && !name.endsWith("-");
    }

    /** By hand, because each object has a dozen of such names. */
    private static boolean isQualified(String name) {
        int last = name.length() - 1;
        if (last < 0 || !isAlphanumeric(name.charAt(0)) || !isAlphanumeric(name.charAt(last))) {
            return false;
        }
        for (int i = 1; i < last; i++) {
            char c = name.charAt(i);
            if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(int c) {
        return isLowerAlphanumeric(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isLowerAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static String maskTrailingDash(String name) {
        return name.length() > 1 && name.endsWith("-")
                ? name.substring(0, name.length() - 2) + "a"
                : name;
    }

    private static String withPattern(String words, String pattern, String... examples) {
        StringBuilder text = new StringBuilder(words).append(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            text.append(i > 0 ? " or " : "").append("'").append(examples[i]).append("', ");
        }
        return text.append("regex used for validation is '")
                .append(pattern)
                .append("')")
                .toString();
    }
}
