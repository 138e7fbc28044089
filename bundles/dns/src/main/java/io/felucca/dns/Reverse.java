package io.felucca.dns;

import java.util.Optional;

/** Names under {@code in-addr.arpa}, and ranges of IPv4 addresses. */
final class Reverse {
    static final String ZONE = "in-addr.arpa";

    private static final int PARTS = 4;
    private static final int BITS = 32;

    private Reverse() {}

    /** The address that a reverse name stands for; empty if it is none, or one of a range. */
    static Optional<String> address(String name) {
        if (!name.endsWith("." + ZONE)) {
            return Optional.empty();
        }
        String[] parts = name.substring(0, name.length() - ZONE.length() - 1).split("\\.", -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        String address = parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0];
        return number(address) < 0 ? Optional.empty() : Optional.of(address);
    }

    /** An IPv4 address as a number; negative if it is none. */
    static long number(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != PARTS) {
            return -1;
        }
        long value = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Reverse::digit)) {
                return -1;
            }
            int one = Integer.parseInt(part);
            if (one > 255) {
                return -1;
            }
            value = value << 8 | one;
        }
        return value;
    }

    private static boolean digit(int one) {
        return one >= '0' && one <= '9';
    }

    /** Whether an address is within a range such as {@code 10.96.0.0/12}. */
    static boolean within(String address, String range) {
        int slash = range.indexOf('/');
        long first = number(range.substring(0, slash));
        long mask = -1L << (BITS - Integer.parseInt(range.substring(slash + 1)));
        long value = number(address);
        return value >= 0 && first >= 0 && (value & mask) == (first & mask);
    }
}
