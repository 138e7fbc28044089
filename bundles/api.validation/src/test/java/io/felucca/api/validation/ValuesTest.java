package io.felucca.api.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.9.8.7",
                "::",
                "::1",
                "2001:db8::ffff",
                "1:2:3:4:5:6:7:8",
                "::ffff:10.0.0.1"
            })
    void addressesOfBothFamiliesAreKnown(String address) {
        assertTrue(Values.ip(address).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.01",
                "a.b.c.d",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "12345::",
                "10.0.0.1/8",
                "1:2:3:4:5:6:7:8:9"
            })
    void othersAreNone(String text) {
        assertFalse(Values.ip(text).isEmpty());
    }

    @Test
    void aNetworkContainsItsAddresses() {
        assertTrue(Values.contains("10.96.0.0/12", "10.111.255.255"));
        assertFalse(Values.contains("10.96.0.0/12", "10.112.0.0"));
        assertFalse(Values.contains("10.96.0.0/12", "::1"));
        assertTrue(Values.cidr("10.0.0.0/32").isEmpty());
        assertFalse(Values.cidr("10.0.0.0/33").isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "nginx,Always",
        "nginx:latest,Always",
        "nginx:1,IfNotPresent",
        "localhost:5000/nginx,Always",
        "localhost:5000/nginx:1,IfNotPresent",
        "nginx@sha256:ab,IfNotPresent",
        "nginx:latest@sha256:ab,Always"
    })
    void whatHasNoFixedVersionIsAlwaysPulled(String image, String policy) {
        assertEquals(policy, PodDefaults.pullPolicy(image));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "119,119s",
        "120,2m",
        "125,2m5s",
        "600,10m",
        "10800,3h",
        "11100,3h5m",
        "90000,25h",
        "172800,2d",
        "180000,2d2h",
        "864000,10d",
        "63072000,2y",
        "-5,<invalid>"
    })
    void spansArePrintedCoarserTheLongerTheyAre(long seconds, String text) {
        assertEquals(text, Ages.human(Duration.ofSeconds(seconds)));
    }
}
