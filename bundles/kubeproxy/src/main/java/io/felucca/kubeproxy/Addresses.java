package io.felucca.kubeproxy;

import java.util.List;
import java.util.regex.Pattern;

/** IPv4 addresses and ranges as text. */
final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final int BITS = 32;

    private Addresses() {}

    static boolean isIpv4(String text) {
        return text != null && IPV4.matcher(text).matches();
    }

    /** A range with its host bits off, so that equal ranges are equal. */
    private record Range(long first, int prefix) {
        static Range of(String text) {
            int slash = text.indexOf('/');
            int prefix = slash < 0 ? BITS : Integer.parseInt(text.substring(slash + 1));
            long value = 0;
            for (String part : (slash < 0 ? text : text.substring(0, slash)).split("\\.", -1)) {
                value = value << 8 | Integer.parseInt(part);
            }
            return new Range(value & mask(prefix), prefix);
        }

        boolean holds(Range other) {
            return prefix <= other.prefix && (other.first & mask(prefix)) == first;
        }

        String text() {
            return "%d.%d.%d.%d/%d"
                    .formatted(
                            first >> 24, first >> 16 & 255, first >> 8 & 255, first & 255, prefix);
        }

        private static long mask(int prefix) {
            return -1L << (BITS - prefix) & 0xffffffffL;
        }
    }

    /** The IPv4 ranges without those inside another, which a set of ranges would refuse. */
    static List<String> widest(List<String> texts) {
        List<Range> all =
                texts.stream()
                        .map(String::trim)
                        .filter(one -> isIpv4(one.replaceFirst("/[0-9]{1,2}$", "")))
                        .map(Range::of)
                        .distinct()
                        .toList();
        return all.stream()
                .filter(
                        one ->
                                all.stream()
                                        .noneMatch(other -> !other.equals(one) && other.holds(one)))
                .map(Range::text)
                .toList();
    }
}
