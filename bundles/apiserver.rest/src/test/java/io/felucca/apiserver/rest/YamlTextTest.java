package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class YamlTextTest {

    @Test
    void whatIsWrittenReadsBackTheSame() throws IOException {
        JsonNode tree =
                Json.mapper()
                        .readTree(
                                """
                                {"kind":"Pod","metadata":{"labels":{"a/b":"true","n":"1"},"x":{}},
                                 "list":[{"name":"a","ports":[{"p":1},{"p":2}]},"text: #1",[1,[2]],[],
                                  {}, null, 1.5],"multi":"a\\nb","empty":"","no":false}
                                """);
        byte[] yaml = YamlText.bytes(tree);
        assertEquals(
                tree,
                Json.mapper().readTree(Yaml.toJson(yaml)),
                new String(yaml, StandardCharsets.UTF_8));
    }
}
