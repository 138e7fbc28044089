package io.felucca.machinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.0, 0",
        "1000m, 1",
        "0.5, 500m",
        ".5, 500m",
        "5., 5",
        "1500m, 1500m",
        "1.5, 1500m",
        "1024Mi, 1Gi",
        "1Gi, 1Gi",
        "1536Mi, 1536Mi",
        "1.5Gi, 1536Mi",
        "0.5Mi, 512Ki",
        "0.5Ki, 512",
        "0.1Ki, 102400m",
        "1023Ki, 1023Ki",
        "1000Ki, 1000Ki",
        "1024, 1024",
        "1000, 1k",
        "100000, 100k",
        "1e3, 1e3",
        "1000e0, 1e3",
        "1E3, 1e3",
        "1E, 1E",
        "12e6, 12e6",
        "100, 100",
        "-1500m, -1500m",
        "+3, 3",
        "1n, 1n",
        "0.1n, 1n",
        "1.0000000001, 1000000001n",
        "10u, 10u",
        "64Mi, 64Mi",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, 9223372036854775807",
        "100Ei, 9223372036854775807",
        "0.9Ki, 921600m"
    })
    void printsInCanonicalForm(String text, String canonical) {
        assertEquals(canonical, Quantity.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1 Gi", "1gi", "m", "1.2.3", "--1", "0x10", "1Mib"})
    void refusesWhatIsNoQuantity(String text) {
        assertThrows(IllegalArgumentException.class, () -> Quantity.parse(text));
    }

    @Test
    void valuesRoundUp() {
        assertEquals(1, Quantity.parse("1m").value());
        assertEquals(1, Quantity.parse("1n").milliValue());
        assertEquals(2500, Quantity.parse("2.5").milliValue());
        assertEquals(Long.MAX_VALUE, Quantity.parse("9E").milliValue());
    }

    @Test
    void notationDoesNotMatterForEquality() {
        assertEquals(Quantity.parse("1Gi"), Quantity.parse("1073741824"));
        assertEquals(Quantity.parse("1Gi").hashCode(), Quantity.parse("1073741824").hashCode());
        assertTrue(Quantity.parse("1G").compareTo(Quantity.parse("1Gi")) < 0);
    }

    @Test
    void sumsKeepTheNotationOfTheFirst() {
        assertEquals("1536Mi", Quantity.parse("1Gi").add(Quantity.parse("512Mi")).toString());
        assertEquals("64Mi", Quantity.ZERO.add(Quantity.parse("64Mi")).toString());
        assertEquals("500m", Quantity.parse("1").subtract(Quantity.parse("0.5")).toString());
    }

    @Test
    void canonicalFormsParseBackToThemselves() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] suffixes = {"n", "u", "m", "", "k", "M", "G", "Ki", "Mi", "Gi", "e3", "E-2"};
        for (int i = 0; i < 5000; i++) {
            String text =
                    (random.nextInt(100_000) - 50_000)
                            + (random.nextBoolean() ? "." + random.nextInt(1000) : "")
                            + suffixes[random.nextInt(suffixes.length)];
            Quantity quantity = Quantity.parse(text);
            Quantity again = Quantity.parse(quantity.toString());
            assertEquals(quantity, again, "seed " + seed + ", " + text);
            assertEquals(quantity.toString(), again.toString(), "seed " + seed + ", " + text);
        }
    }

    @Test
    void additionIsExactAndCommutes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Quantity a = Quantity.ofMillis(random.nextInt());
            Quantity b = Quantity.ofBytes(random.nextInt());
            assertEquals(a.add(b), b.add(a), "seed " + seed);
            assertEquals(a, a.add(b).subtract(b), "seed " + seed);
        }
    }
}
