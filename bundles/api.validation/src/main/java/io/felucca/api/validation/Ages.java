package io.felucca.api.validation;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Spans of time as kubectl prints them, coarser the longer they are. */
public final class Ages {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Ages() {}

    /** How long ago it was: {@code <unknown>} for no time. */
    public static String since(String timestamp, Clock clock) {
        Instant then = instant(timestamp);
        return then == null ? "<unknown>" : human(Duration.between(then, clock.instant()));
    }

    /** The instant of an API timestamp; null for an empty or a broken one. */
    public static Instant instant(String timestamp) {
        if (timestamp == null || timestamp.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(timestamp).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Such as {@code 45s}, {@code 2m5s}, {@code 3h}, {@code 2d4h}, {@code 1y30d}. */
    public static String human(Duration span) {
        long seconds = span.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 2 * MINUTE) {
            return seconds + "s";
        }
        if (seconds < 10 * MINUTE) {
            return two(seconds, MINUTE, "m", 1, "s");
        }
        if (seconds < 3 * HOUR) {
            return seconds / MINUTE + "m";
        }
        if (seconds < 8 * HOUR) {
            return two(seconds, HOUR, "h", MINUTE, "m");
        }
        if (seconds < 2 * DAY) {
            return seconds / HOUR + "h";
        }
        if (seconds < 8 * DAY) {
            return two(seconds, DAY, "d", HOUR, "h");
        }
        if (seconds < 2 * 365 * DAY) {
            return seconds / DAY + "d";
        }
        if (seconds < 8 * 365 * DAY) {
            return two(seconds, 365 * DAY, "y", DAY, "d");
        }
        return seconds / (365 * DAY) + "y";
    }

    private static String two(long seconds, long big, String bigUnit, long small, String unit) {
        long rest = seconds % big / small;
        return seconds / big + bigUnit + (rest == 0 ? "" : rest + unit);
    }
}
