package io.felucca.machinery;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which version of a group clients should prefer when nobody says so: stable before beta before
 * alpha, the higher number first, and then all other names by the alphabet. Upstream's rule.
 */
public final class VersionOrder {
    private static final Pattern KNOWN = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    public static final Comparator<String> NEWEST_STABLE_FIRST =
            Comparator.comparing(Rank::of).thenComparing(Comparator.naturalOrder());

    private record Rank(int stage, int major, int minor) implements Comparable<Rank> {
        static Rank of(String version) {
            Matcher parts = KNOWN.matcher(version);
            if (!parts.matches()) {
                return new Rank(3, 0, 0);
            }
            String word = parts.group(2);
            int stage = word == null ? 0 : word.equals("beta") ? 1 : 2;
            int minor = word == null ? 0 : Integer.parseInt(parts.group(3));
            return new Rank(stage, Integer.parseInt(parts.group(1)), minor);
        }

        @Override
        public int compareTo(Rank other) {
            if (stage != other.stage) {
                return Integer.compare(stage, other.stage);
            }
            int byMajor = Integer.compare(other.major, major);
            return byMajor != 0 ? byMajor : Integer.compare(other.minor, minor);
        }
    }

    private VersionOrder() {}
}
