package io.felucca.machinery.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @Test
    void whatIsWrittenIsReadAgain() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextLong(0, 253_402_300_800L));
            String text = Times.seconds(time.plusNanos(random.nextInt(1_000_000_000)));
            assertEquals(OffsetDateTime.parse(text).toInstant(), time, "seed " + seed);
            assertEquals(time, Times.parse(text), "seed " + seed);
            assertEquals(text, Times.seconds(text), "seed " + seed);
        }
    }

    @Test
    void otherOffsetsAndFractionsAreRead() {
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        assertEquals(time, Times.parse("2026-01-02T05:04:05+02:00"));
        assertEquals(time.plusMillis(250), Times.parse("2026-01-02T03:04:05.25Z"));
        assertEquals("2026-01-02T03:04:05Z", Times.seconds("2026-01-02T05:04:05.9+02:00"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-29T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-01-00T00:00:00Z",
                "2026-01-32T00:00:00Z",
                "2026-01-01T24:00:00Z",
                "2026-01-01T00:60:00Z",
                "2026-01-01T00:00:60Z",
                "2026-01-01T00:00:0 Z",
                "-026-01-01T00:00:00Z",
                "2026-01-01 00:00:00Z",
                "2026-01-01T00:00:00z",
                ""
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Times.parse(text));
    }

    @Test
    void aLeapDayIsADay() {
        assertEquals(Instant.parse("2028-02-29T12:00:00Z"), Times.parse("2028-02-29T12:00:00Z"));
    }
}
