package io.felucca.machinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final ObjectNode OBJECT =
            Json.parseObject(
                    """
                    {"metadata":{"labels":{"app.kubernetes.io/name":"dhow"}},
                     "spec":{"masts":2,"ports":["a","b","c"]},
                     "status":{"conditions":[
                       {"type":"Ready","status":"True"},{"type":"Dry","status":"False"}]}}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    .spec.masts | 2
                    .metadata.labels.app\\.kubernetes\\.io/name | dhow
                    .metadata.labels['app.kubernetes.io/name'] | dhow
                    .spec.ports[0] | a
                    .spec.ports[-1] | c
                    .spec.ports[*] | a
                    .status.conditions[?(@.type=="Dry")].status | False
                    .status.conditions[?(@.status=='True')].type | Ready
                    .spec.nothing | -
                    .spec.ports[7] | -
                    .status.conditions[?(@.type=="Wet")].status | -
                    """)
    void findsTheFirstValue(String path, String expected) {
        assertEquals(
                expected, JsonPath.parse(path).first(OBJECT).map(JsonNode::asText).orElse("-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "spec", ".spec[", ".spec[x]", ".a..", ".a[?(type)]"})
    void whatIsNoPathIsRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> JsonPath.parse(path));
    }

    @Test
    void aNumberIsComparedAsOne() {
        ObjectNode object = Json.object();
        object.putArray("list").addObject().put("n", 10);
        assertEquals(10, JsonPath.parse(".list[?(@.n>9)].n").first(object).orElseThrow().asInt());
    }
}
