package io.felucca.http;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date header's value, made once a second. Thread-safe. */
final class Dates {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private record Second(long number, String text) {}

    private final Clock clock;
    private volatile Second latest = new Second(Long.MIN_VALUE, "");

    Dates(Clock clock) {
        this.clock = clock;
    }

    String now() {
        long number = Math.floorDiv(clock.millis(), 1000L);
        Second second = latest;
        if (second.number() != number) {
            second = new Second(number, FORMAT.format(Instant.ofEpochSecond(number)));
            latest = second;
        }
        return second.text();
    }
}
