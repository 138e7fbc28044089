package io.felucca.machinery.schema;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** The two forms of time on the wire: to the second, and with six digits behind it; both in UTC. */
public final class Times {
    private static final Pattern RFC_3339 =
            Pattern.compile(
                    "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    /** The last second that was written: most times are of now. */
    private static volatile Second last = new Second(0, "1970-01-01T00:00:00Z");

    private record Second(long epochSecond, String text) {}

    /** Such as {@code 2026-01-02T03:04:05Z}; fractions are cut off. */
    public static String seconds(Instant time) {
        Second known = last;
        if (known.epochSecond != time.getEpochSecond()) {
            known = new Second(time.getEpochSecond(), SECONDS.format(time));
            last = known;
        }
        return known.text;
    }

    /** Such as {@code 2026-01-02T03:04:05.000006Z}. */
    public static String micros(Instant time) {
        return MICROS.format(time);
    }

    /**
     * Reads either form, in any offset.
     *
     * @throws IllegalArgumentException with upstream's words
     */
    public static Instant parse(String text) {
        try {
            return instant(text, "2006-01-02T15:04:05Z07:00");
        } catch (MismatchException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static String seconds(String text) {
        Instant time = instant(text, "2006-01-02T15:04:05Z07:00");
        return text.length() == 20 && text.endsWith("Z") ? text : seconds(time);
    }

    static String micros(String text) {
        Instant time = instant(text, "2006-01-02T15:04:05.000000Z07:00");
        return text.length() == 27 && text.endsWith("Z") ? text : micros(time);
    }

    private static Instant instant(String text, String layout) {
        Instant plain = plain(text);
        if (plain != null) {
            return plain;
        }
        if (RFC_3339.matcher(text).matches()) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new MismatchException("parsing time \"" + text + "\": " + e.getMessage());
            }
        }
        throw new MismatchException(
                "parsing time \""
                        + text
                        + "\" as \""
                        + layout
                        + "\": cannot parse \""
                        + text
                        + "\" as \"2006\"");
    }

    /** The form in which times are stored, without a parser's work; null for anything else. */
    private static Instant plain(String text) {
        boolean shaped =
                text.length() == 20
                        && text.charAt(4) == '-'
                        && text.charAt(7) == '-'
                        && text.charAt(10) == 'T'
                        && text.charAt(13) == ':'
                        && text.charAt(16) == ':'
                        && text.charAt(19) == 'Z';
        if (!shaped) {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        boolean inRange =
                year >= 0
                        && month >= 1
                        && month <= 12
                        && day >= 1
                        && hour >= 0
                        && hour <= 23
                        && minute >= 0
                        && minute <= 59
                        && second >= 0
                        && second <= 59;
        if (!inRange || day > YearMonth.of(year, month).lengthOfMonth()) {
            return null;
        }
        return LocalDateTime.of(year, month, day, hour, minute, second).toInstant(ZoneOffset.UTC);
    }

    /** Negative if there is anything else than digits. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
