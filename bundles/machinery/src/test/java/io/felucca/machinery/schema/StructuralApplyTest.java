package io.felucca.machinery.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Properties that hold for whatever custom resource somebody applies; the seed is printed. */
class StructuralApplyTest {
    private static final int ROUNDS = 300;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Schema BOAT =
            StructuralSchemas.read(
                    Json.parseObject(
                            Yaml.toJson(
                                    """
                                    type: object
                                    properties:
                                      spec:
                                        type: object
                                        properties:
                                          name: {type: string, default: dhow}
                                          flag: {type: string, nullable: true}
                                          crew:
                                            type: array
                                            x-kubernetes-list-type: map
                                            x-kubernetes-list-map-keys: [name]
                                            items:
                                              type: object
                                              required: [name]
                                              properties:
                                                name: {type: string}
                                                rank: {type: string, default: hand}
                                          ports:
                                            type: array
                                            x-kubernetes-list-type: set
                                            items: {type: string}
                                          log: {type: array, items: {type: integer}}
                                          stowage:
                                            type: object
                                            additionalProperties: {type: integer}
                                          extra:
                                            type: object
                                            x-kubernetes-preserve-unknown-fields: true
                                    """
                                            .getBytes(StandardCharsets.UTF_8))),
                    Schema.ANY);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private String word() {
        return String.valueOf((char) ('a' + random.nextInt(4)));
    }

    private ObjectNode boat() {
        ObjectNode boat = Json.object();
        boat.put("apiVersion", "sea.example.com/v1").put("kind", "Boat");
        ObjectNode spec = boat.putObject("spec");
        maybe(() -> spec.put("name", word()));
        maybe(() -> spec.putNull("flag"));
        maybe(() -> spec.put("unknown", 1));
        maybe(
                () -> {
                    ArrayNode crew = spec.putArray("crew");
                    for (String name : some()) {
                        ObjectNode one = crew.addObject().put("name", name);
                        maybe(() -> one.put("rank", word()));
                    }
                });
        maybe(() -> some().forEach(spec.putArray("ports")::add));
        maybe(() -> some().forEach(one -> spec.withArray("log").add(one.charAt(0))));
        maybe(() -> some().forEach(one -> spec.withObject("/stowage").put(one, 1)));
        maybe(() -> some().forEach(one -> spec.withObject("/extra").putObject(one).put("x", 1)));
        return boat;
    }

    private List<String> some() {
        return random.ints(random.nextInt(4), 'a', 'e')
                .distinct()
                .mapToObj(c -> String.valueOf((char) c))
                .toList();
    }

    private void maybe(Runnable step) {
        if (random.nextBoolean()) {
            step.run();
        }
    }

    private static ObjectNode decoded(JsonNode tree) {
        ObjectNode object = StrictDecoder.decode(tree, BOAT, "Boat", "v1").object();
        Defaulter.apply(object, BOAT);
        return object;
    }

    private static ObjectNode applied(ObjectNode live, ObjectNode wanted, String manager) {
        ManagedFields.Writer writer = new ManagedFields.Writer(manager, "", Set.of());
        ObjectNode merged = ManagedFields.apply(live, wanted, BOAT, writer, true, NOW);
        Defaulter.apply(merged, BOAT);
        return merged;
    }

    private static ObjectNode pruned(ObjectNode boat) {
        return StrictDecoder.decode(boat, BOAT, "Boat", "v1").object();
    }

    @Test
    void decodingAndDefaultsChangeNothingTheSecondTime() {
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode once = decoded(boat());
            assertEquals(once, decoded(once), "seed " + seed);
        }
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode live = applied(null, pruned(boat()), "first");
            live = applied(live, pruned(boat()), "second");
            ObjectNode wanted = pruned(boat());
            ObjectNode once = applied(live, wanted, "first");
            assertEquals(once, applied(once, wanted, "first"), "seed " + seed);
        }
    }

    @Test
    void whatIsAppliedIsThereAfterwards() {
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode live = applied(null, pruned(boat()), "first");
            ObjectNode wanted = pruned(boat());
            JsonNode stowage = applied(live, wanted, "second").at("/spec/stowage");
            for (String key : List.of("a", "b", "c", "d")) {
                if (wanted.at("/spec/stowage").has(key)) {
                    assertEquals(1, stowage.path(key).asInt(), "seed " + seed);
                }
            }
        }
    }
}
