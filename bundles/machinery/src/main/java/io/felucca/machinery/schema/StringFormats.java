package io.felucca.machinery.schema;

import com.google.re2j.Pattern;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;

/** The formats of strings that upstream checks in custom resources; others are words for people. */
final class StringFormats {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern HOSTNAME =
            Pattern.compile(
                    "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
                            + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\\.?");
    private static final Pattern EMAIL =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");
    private static final Pattern MAC =
            Pattern.compile("([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2}[:-]){0,2}[0-9A-Fa-f]{2}");
    private static final Pattern DURATION =
            Pattern.compile(
                    "[-+]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)"
                            + "(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*)|[0-9]+"
                            + " *(ns|us|ms|s|sec|secs|m|min|mins|h|hour|hours|d|day|days|w|week"
                            + "|weeks)");
    private static final String UUID = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?";
    private static final Map<String, Predicate<String>> CHECKS =
            Map.ofEntries(
                    Map.entry("date-time", StringFormats::isTime),
                    Map.entry("datetime", StringFormats::isTime),
                    Map.entry("date", StringFormats::isDate),
                    Map.entry("duration", DURATION::matches),
                    Map.entry("byte", StringFormats::isBase64),
                    Map.entry("uri", StringFormats::isUri),
                    Map.entry("email", EMAIL::matches),
                    Map.entry("hostname", text -> text.length() <= 255 && HOSTNAME.matches(text)),
                    Map.entry("ipv4", IPV4::matches),
                    Map.entry("ipv6", StringFormats::isIpv6),
                    Map.entry("ip", text -> IPV4.matches(text) || isIpv6(text)),
                    Map.entry("cidr", StringFormats::isCidr),
                    Map.entry("mac", MAC::matches),
                    Map.entry("uuid", uuid("[0-9a-fA-F]", "[0-9a-fA-F]")),
                    Map.entry("uuid3", uuid("3", "[0-9a-fA-F]")),
                    Map.entry("uuid4", uuid("4", "[89abAB]")),
                    Map.entry("uuid5", uuid("5", "[89abAB]")),
                    Map.entry("hexcolor", matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
                    Map.entry("bsonobjectid", matching("[0-9a-fA-F]{24}")));

    private StringFormats() {}

    /** True also for formats that nobody checks. */
    static boolean fits(String format, String text) {
        Predicate<String> check = CHECKS.get(format);
        return check == null || check.test(text);
    }

    private static Predicate<String> matching(String pattern) {
        return Pattern.compile(pattern)::matches;
    }

    private static Predicate<String> uuid(String version, String variant) {
        return matching(
                UUID + version + "[0-9a-fA-F]{3}-?" + variant + "[0-9a-fA-F]{3}-?[0-9a-fA-F]{12}");
    }

    private static boolean isTime(String text) {
        try {
            Times.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text).toString().equals(text);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            byte[] unused = Base64.getDecoder().decode(text);
            return text.length() % 4 == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            return new URI(text).getScheme() != null || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return false;
        }
        String address = text.substring(0, slash);
        int bits = Integer.parseInt(text.substring(slash + 1));
        return (IPV4.matches(address) && bits <= 32) || (isIpv6(address) && bits <= 128);
    }

    private static boolean isIpv6(String text) {
        String plain = text;
        int lastColon = text.lastIndexOf(':');
        if (lastColon >= 0 && text.indexOf('.') > lastColon) {
            if (!IPV4.matches(text.substring(lastColon + 1))) {
                return false;
            }
            plain = text.substring(0, lastColon + 1) + "0:0";
        }
        int gap = plain.indexOf("::");
        if (gap < 0) {
            return groups(plain) == 8;
        }
        int before = gap == 0 ? 0 : groups(plain.substring(0, gap));
        String rest = plain.substring(gap + 2);
        int after = rest.isEmpty() ? 0 : groups(rest);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    /** How many groups of hexadecimal digits, or -1 for something else. */
    private static int groups(String text) {
        String[] parts = text.split(":", -1);
        for (String part : parts) {
            if (!part.matches("[0-9a-fA-F]{1,4}")) {
                return -1;
            }
        }
        return parts.length;
    }
}
