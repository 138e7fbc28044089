package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rules for single values. */
public final class Values {
    private static final Pattern HTTP_HEADER = Pattern.compile("[-A-Za-z0-9]+");
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
    private static final String BAD_IP =
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private Values() {}

    /** A file mode: 0 to 0777. */
    public static void fileMode(Field mode) {
        if (mode.present() && (mode.number() < 0 || mode.number() > 0777)) {
            mode.invalid("must be a number between 0 and 0777 (octal), both inclusive");
        }
    }

    public static void portNumber(Field port) {
        NameRules.portNumber(port.number()).forEach(port::invalid);
    }

    /** A port by number or by name. */
    public static void portNumberOrName(Field port) {
        if (port.node().isTextual()) {
            port.follow(NameRules::portName);
        } else {
            portNumber(port);
        }
    }

    public static List<String> headerName(String name) {
        return HTTP_HEADER.matcher(name).matches()
                ? List.of()
                : List.of(
                        "a valid HTTP header must consist of alphanumeric characters or '-'"
                                + " (e.g. 'X-Header-Name', regex used for validation is"
                                + " '[-A-Za-z0-9]+')");
    }

    /** A path that stays below where it starts. */
    public static void descendingPath(Field path) {
        if (path.text().startsWith("/")) {
            path.invalid("must be a relative path");
        }
        noDotDot(path);
    }

    public static void noDotDot(Field path) {
        if (Arrays.asList(path.text().split("/", -1)).contains("..")) {
            path.invalid("must not contain '..'");
        }
    }

    /** A descending path that does not hide itself among the kubelet's own files. */
    public static void projectedPath(Field path) {
        descendingPath(path);
        if (path.text().startsWith("..")
                && !path.text().equals("..")
                && !path.text().startsWith("../")) {
            path.invalid("must not start with '..'");
        }
    }

    /** An IP address of either family. */
    public static List<String> ip(String text) {
        return address(text).isPresent() ? List.of() : List.of(BAD_IP);
    }

    /** The address's bytes; empty for what is none. Looks nothing up. */
    public static Optional<byte[]> address(String text) {
        return text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
    }

    private static Optional<byte[]> ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            boolean digits =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(Values::isDigit);
            if (!digits
                    || (part.length() > 1 && part.startsWith("0"))
                    || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(part);
        }
        return Optional.of(bytes);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static Optional<byte[]> ipv6(String text) {
        int gap = text.indexOf("::");
        Optional<int[]> head = groups(gap < 0 ? text : text.substring(0, gap));
        Optional<int[]> tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        if (head.isEmpty() || tail.isEmpty()) {
            return Optional.empty();
        }
        int known = head.get().length + tail.get().length;
        if (gap < 0 ? known != 8 : known > 7) {
            return Optional.empty();
        }
        byte[] bytes = new byte[16];
        put(bytes, 0, head.get());
        put(bytes, 8 - tail.get().length, tail.get());
        return Optional.of(bytes);
    }

    private static void put(byte[] bytes, int group, int[] values) {
        for (int i = 0; i < values.length; i++) {
            bytes[2 * (group + i)] = (byte) (values[i] >> 8);
            bytes[2 * (group + i) + 1] = (byte) values[i];
        }
    }

    private static Optional<int[]> groups(String text) {
        if (text.isEmpty()) {
            return Optional.of(new int[0]);
        }
        String[] parts = text.split(":", -1);
        String last = parts[parts.length - 1];
        Optional<byte[]> embedded = last.indexOf('.') >= 0 ? ipv4(last) : Optional.empty();
        int plain = embedded.isPresent() ? parts.length - 1 : parts.length;
        int[] groups = new int[plain + (embedded.isPresent() ? 2 : 0)];
        for (int i = 0; i < plain; i++) {
            if (parts[i].isEmpty() || parts[i].length() > 4 || !isHex(parts[i])) {
                return Optional.empty();
            }
            groups[i] = Integer.parseInt(parts[i], 16);
        }
        embedded.ifPresent(
                bytes -> {
                    groups[plain] = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
                    groups[plain + 1] = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
                });
        return Optional.of(groups);
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    }

    /** An address with a prefix length, such as {@code 10.0.0.0/8}. */
    public static List<String> cidr(String text) {
        return isCidr(text)
                ? List.of()
                : List.of("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        String length = text.substring(slash + 1);
        Optional<byte[]> address = address(text.substring(0, slash));
        return address.isPresent()
                && !length.isEmpty()
                && length.length() <= 3
                && length.chars().allMatch(Values::isDigit)
                && Integer.parseInt(length) <= address.get().length * 8;
    }

    /** Whether an address lies in a CIDR; both must be valid. */
    public static boolean contains(String cidr, String ip) {
        int slash = cidr.indexOf('/');
        byte[] network = address(cidr.substring(0, slash)).orElseThrow();
        byte[] address = address(ip).orElseThrow();
        if (network.length != address.length) {
            return false;
        }
        int ignored = network.length * 8 - Integer.parseInt(cidr.substring(slash + 1));
        return new BigInteger(1, network)
                .shiftRight(ignored)
                .equals(new BigInteger(1, address).shiftRight(ignored));
    }

    /** A number that is not negative, or a percentage. */
    public static void numberOrPercent(Field value) {
        if (value.node().isTextual()) {
            if (!PERCENT.matcher(value.text()).matches()) {
                value.invalid(
                        "a valid percent string must be a numeric string followed by an ending '%'"
                                + " (e.g. '1%',  or '93%', regex used for validation is"
                                + " '[0-9]+%')");
            }
        } else {
            value.notNegative();
        }
    }

    /** A percentage may not be above 100. */
    public static void atMostAll(Field value) {
        if (value.node().isTextual()
                && PERCENT.matcher(value.text()).matches()
                && (value.text().length() > 4 || percent(value) > 100)) {
            value.invalid("must not be greater than 100%");
        }
    }

    /** Whether it says nothing at all: 0 or 0%. */
    public static boolean isZero(Field value) {
        return value.node().isTextual()
                ? PERCENT.matcher(value.text()).matches()
                        && value.text().length() <= 4
                        && percent(value) == 0
                : value.number() == 0;
    }

    private static int percent(Field value) {
        return Integer.parseInt(value.text().substring(0, value.text().length() - 1));
    }
}
