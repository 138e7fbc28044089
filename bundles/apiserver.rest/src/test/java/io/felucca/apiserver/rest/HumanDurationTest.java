package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HumanDurationTest {

    @Test
    void agesGetCoarserAsTimeGoesBy() {
        assertEquals("0s", HumanDuration.of(Duration.ofMillis(-900)));
        assertEquals("<invalid>", HumanDuration.of(Duration.ofSeconds(-5)));
        assertEquals("119s", HumanDuration.of(Duration.ofSeconds(119)));
        assertEquals("2m", HumanDuration.of(Duration.ofMinutes(2)));
        assertEquals("5m3s", HumanDuration.of(Duration.ofSeconds(303)));
        assertEquals("10m", HumanDuration.of(Duration.ofSeconds(630)));
        assertEquals("179m", HumanDuration.of(Duration.ofMinutes(179)));
        assertEquals("3h", HumanDuration.of(Duration.ofHours(3)));
        assertEquals("7h59m", HumanDuration.of(Duration.ofMinutes(479)));
        assertEquals("47h", HumanDuration.of(Duration.ofMinutes(47 * 60 + 59)));
        assertEquals("2d4h", HumanDuration.of(Duration.ofMinutes(52 * 60 + 1)));
        assertEquals("8d", HumanDuration.of(Duration.ofHours(8 * 24 + 5)));
        assertEquals("729d", HumanDuration.of(Duration.ofDays(729)));
        assertEquals("2y1d", HumanDuration.of(Duration.ofDays(731)));
        assertEquals("8y", HumanDuration.of(Duration.ofHours(24L * (8 * 365 + 7))));
    }

    @Test
    void aMissingTimestampIsUnknown() {
        assertEquals("<unknown>", HumanDuration.since("", Instant.EPOCH));
        assertEquals("<unknown>", HumanDuration.since("yesterday", Instant.EPOCH));
    }
}
