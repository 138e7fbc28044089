package io.felucca.machinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NameRulesTest {

    @Test
    void subdomainsFollowUpstream() {
        assertTrue(NameRules.dnsSubdomain("a.b-c.1", false).isEmpty());
        assertTrue(NameRules.dnsSubdomain("web-", true).isEmpty());
        for (String bad : List.of("", "A", "a..b", "-a", "a-", "a-.b", "a.-b", "a_b", ".a", "a.")) {
            assertFalse(NameRules.dnsSubdomain(bad, false).isEmpty(), bad);
        }
        assertEquals(
                List.of(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                                + " characters, '-' or '.', and must start and end with an"
                                + " alphanumeric character (e.g. 'example.com', regex used for"
                                + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?"
                                + "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
                NameRules.dnsSubdomain("Bad_Name", false));
    }

    @Test
    void lengthsAreBounded() {
        assertEquals(
                List.of("must be no more than 253 bytes"), NameRules.dnsSubdomain("a".repeat(254)));
        assertEquals(List.of("must be no more than 63 bytes"), NameRules.dnsLabel("a".repeat(64)));
        assertEquals(
                List.of("must be no more than 63 bytes"), NameRules.labelValue("a".repeat(64)));
    }

    @Test
    void labelsAndKeysFollowUpstream() {
        assertTrue(NameRules.qualifiedName("example.com/My.Name_1").isEmpty());
        assertTrue(NameRules.qualifiedName("/x").get(0).startsWith("prefix part must be non"));
        assertTrue(NameRules.qualifiedName("a/b/c").get(0).startsWith("a qualified name must"));
        assertFalse(NameRules.qualifiedName("a/").isEmpty());
        assertTrue(NameRules.labelValue("").isEmpty());
        assertFalse(NameRules.labelValue("a b").isEmpty());
        assertFalse(NameRules.dns1035Label("1a").isEmpty());
        assertTrue(NameRules.configMapKey("..a").contains("must not start with '..'"));
        assertTrue(NameRules.portName("http-1").isEmpty());
        assertFalse(NameRules.portName("80").isEmpty());
        assertEquals(List.of("may not contain '/'"), NameRules.pathSegment("a/b", false));
    }

    @Test
    void labelsAreWhatTheirPatternSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String characters = "aZ09-_./ \n\u00e9";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
            boolean right = text.toString().matches("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
            assertEquals(
                    right,
                    NameRules.labelValue(text.toString()).isEmpty(),
                    () -> "'" + text + "', seed " + seed);
        }
    }
}
