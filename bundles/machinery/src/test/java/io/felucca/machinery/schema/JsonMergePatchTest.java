package io.felucca.machinery.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonMergePatchTest {

    /** The examples of RFC 7386, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':'b'}|{'a':'c'}|{'a':'c'}",
                "{'a':'b'}|{'b':'c'}|{'a':'b','b':'c'}",
                "{'a':'b'}|{'a':null}|{}",
                "{'a':'b','b':'c'}|{'a':null}|{'b':'c'}",
                "{'a':['b']}|{'a':'c'}|{'a':'c'}",
                "{'a':'c'}|{'a':['b']}|{'a':['b']}",
                "{'a':{'b':'c'}}|{'a':{'b':'d','c':null}}|{'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]}|{'a':[1]}|{'a':[1]}",
                "['a','b']|['c','d']|['c','d']",
                "{'a':'b'}|['c']|['c']",
                "{'e':null}|{'a':1}|{'e':null,'a':1}",
                "[1,2]|{'a':'b','c':null}|{'a':'b'}",
                "{}|{'a':{'bb':{'ccc':null}}}|{'a':{'bb':{}}}"
            })
    void examplesOfTheRfcHold(String target, String patch, String result) throws IOException {
        assertEquals(json(result), JsonMergePatch.apply(json(target), json(patch)));
    }

    @Test
    void patchMadeOfADifferenceLeadsToTheOther() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            ObjectNode a = object(random, 4);
            ObjectNode b = object(random, 4);
            ObjectNode before = a.deepCopy();
            assertEquals(b, JsonMergePatch.apply(a, difference(a, b)), "seed " + seed);
            assertEquals(before, a, "the target changed, seed " + seed);
        }
    }

    private static ObjectNode difference(ObjectNode a, ObjectNode b) {
        ObjectNode patch = Json.object();
        a.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!b.has(name)) {
                                patch.putNull(name);
                            }
                        });
        for (Map.Entry<String, JsonNode> field : b.properties()) {
            JsonNode old = a.get(field.getKey());
            if (old instanceof ObjectNode left && field.getValue() instanceof ObjectNode right) {
                patch.set(field.getKey(), difference(left, right));
            } else if (!field.getValue().equals(old)) {
                patch.set(field.getKey(), field.getValue());
            }
        }
        return patch;
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = String.valueOf((char) ('a' + random.nextInt(5)));
            if (depth > 0 && random.nextInt(3) == 0) {
                object.set(name, object(random, depth - 1));
            } else if (random.nextBoolean()) {
                object.put(name, random.nextInt(3));
            } else {
                object.putArray(name).add(random.nextInt(3));
            }
        }
        return object;
    }

    private static JsonNode json(String text) throws IOException {
        return Json.mapper().readTree(text.replace('\'', '"'));
    }
}
