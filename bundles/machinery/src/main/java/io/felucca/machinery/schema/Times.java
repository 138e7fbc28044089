package io.felucca.machinery.schema;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
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

    /** Such as {@code 2026-01-02T03:04:05Z}; fractions are cut off. */
    public static String seconds(Instant time) {
        return SECONDS.format(time);
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
}
