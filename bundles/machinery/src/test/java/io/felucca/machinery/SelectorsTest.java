package io.felucca.machinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SelectorsTest {
    private static final Map<String, String> LABELS =
            Map.of("app", "web", "tier", "front", "example.com/zone", "a", "weight", "7", "e", "");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "app=web",
                "app==web",
                "app = web , tier=front",
                "app!=db",
                "missing!=x",
                "app in (web,db)",
                "app in ( web , db )",
                "tier notin (back)",
                "missing notin (a)",
                "app",
                "!missing",
                "! missing",
                "example.com/zone=a,app",
                "weight>5",
                "weight<8",
                "e=",
                "e",
                "e in (,x)"
            })
    void labelsMatch(String query) {
        assertTrue(LabelSelector.parse(query).matches(LABELS), query);
        assertTrue(LabelSelector.parse(LabelSelector.parse(query).toString()).matches(LABELS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app=db",
                "app!=web",
                "app notin (web)",
                "missing",
                "!app",
                "missing in (a)",
                "weight>7",
                "app>1",
                "app="
            })
    void labelsDoNotMatch(String query) {
        assertFalse(LabelSelector.parse(query).matches(LABELS), query);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app=web,",
                ",app",
                "app in web",
                "app in (web",
                "a b",
                "=x",
                "-bad-=x",
                "app=a/b",
                "weight>x",
                "x/y/z",
                "app in (a b)",
                "app=a=b"
            })
    void nonsenseIsRefused(String query) {
        assertThrows(IllegalArgumentException.class, () -> LabelSelector.parse(query), query);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app in ( | unable to parse requirement: found '', expected: ',', ')' or"
                        + " identifier",
                "app in | unable to parse requirement: found '' expected: '('",
                "a b | unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt,"
                        + " lt",
                "app=a=b | found '=', expected: ',' or 'end of string'",
                "app=a, | found '', expected: identifier after ','",
                "=x | found '=', expected: !, identifier, or 'end of string'",
            },
            quoteCharacter = '"')
    void whatIsWrongIsSaidAsUpstreamSaysIt(String query, String message) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class, () -> LabelSelector.parse(query), query);
        assertEquals(message, refused.getMessage());
    }

    @Test
    void jsonSelectorsMatch() throws IOException {
        LabelSelector selector =
                LabelSelector.fromJson(
                        Json.mapper()
                                .readTree(
                                        "{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":["
                                            + "{\"key\":\"tier\",\"operator\":\"In\",\"values\":[\"front\"]},"
                                            + "{\"key\":\"gone\",\"operator\":\"DoesNotExist\"}]}"));
        assertTrue(selector.matches(LABELS));
        assertEquals("app=web,!gone,tier=front", selector.toString());
        assertTrue(LabelSelector.fromJson(Json.object()).matches(Map.of()));
        assertFalse(LabelSelector.fromJson(null).matches(LABELS));
    }

    @Test
    void fieldSelectorsMatchAndEscape() {
        Map<String, String> fields = Map.of("status.phase", "Running", "metadata.name", "a,b=c\\");
        assertTrue(FieldSelector.parse("status.phase=Running").matches(fields::get));
        assertTrue(FieldSelector.parse("status.phase!=Failed,").matches(fields::get));
        assertTrue(FieldSelector.parse("spec.nodeName=").matches(fields::get));
        FieldSelector escaped = FieldSelector.parse("metadata.name==a\\,b\\=c\\\\");
        assertTrue(escaped.matches(fields::get));
        assertEquals(escaped, FieldSelector.parse(escaped.toString()));
        assertThrows(IllegalArgumentException.class, () -> FieldSelector.parse("status.phase"));
        assertThrows(IllegalArgumentException.class, () -> FieldSelector.parse("a=b=c"));
    }
}
