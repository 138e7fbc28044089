package io.felucca.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/**
 * A PriorityLevelConfiguration.
 *
 * @param isExempt nobody of it waits or is refused
 * @param shares of the server's seats
 * @param queues 0 if who finds no seat is refused
 * @param handSize how many queues a flow may use
 */
record LevelConfig(
        String name,
        String uid,
        boolean isExempt,
        int shares,
        int queues,
        int handSize,
        int queueLengthLimit) {
    private static final int DEFAULT_SHARES = 30;
    private static final int DEFAULT_QUEUES = 64;
    private static final int DEFAULT_HAND = 8;
    private static final int DEFAULT_LENGTH = 50;

    static LevelConfig read(JsonNode object) {
        JsonNode spec = object.path("spec");
        boolean isExempt = spec.path("type").asText().equals("Exempt");
        JsonNode own = spec.path(isExempt ? "exempt" : "limited");
        JsonNode response = own.path("limitResponse");
        JsonNode queuing = response.path("queuing");
        boolean queues = response.path("type").asText().equals("Queue");
        int number = queuing.path("queues").asInt(DEFAULT_QUEUES);
        return new LevelConfig(
                object.path("metadata").path("name").asText(),
                object.path("metadata").path("uid").asText(),
                isExempt,
                own.path("nominalConcurrencyShares").asInt(isExempt ? 0 : DEFAULT_SHARES),
                queues ? number : 0,
                Math.min(queuing.path("handSize").asInt(DEFAULT_HAND), number),
                queuing.path("queueLengthLimit").asInt(DEFAULT_LENGTH));
    }

    static LevelConfig read(ObjectNode object) {
        return read((JsonNode) object);
    }

    /** Its part of the seats, by shares, and at least one while it has a share at all. */
    int seats(int allSeats, Collection<LevelConfig> all) {
        long sum = all.stream().mapToLong(LevelConfig::shares).sum();
        return sum == 0 ? 0 : (int) ((((long) allSeats) * shares + sum - 1) / sum);
    }
}
