package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.protobuf.ProtobufReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProtobufAnswersTest {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final Rest rest = new Rest();
    private final ProtobufReader reader = new ProtobufReader();

    @AfterEach
    void close() {
        rest.close();
    }

    private FakeExchange get(String target, String accept) {
        return rest.send(new FakeExchange("GET", target).with("Accept", accept));
    }

    private JsonNode read(FakeExchange answer) {
        assertEquals(PROTOBUF, answer.responseHeader("Content-Type"));
        return reader.read(answer.bytes());
    }

    @Test
    void goClientsGetObjectsAndListsAsTheyPrefer() {
        rest.server.put("default", "a", 5);
        rest.server.put("default", "b", 6);
        String accept = PROTOBUF + ",application/json";
        assertEquals("a", read(get(PODS + "/a", accept)).at("/metadata/name").asText());
        JsonNode list = read(get(PODS, accept));
        assertEquals("PodList", list.path("kind").asText());
        assertEquals("42", list.at("/metadata/resourceVersion").asText());
        assertEquals("b", list.at("/items/1/metadata/name").asText());
    }

    @Test
    void metadataAloneHasAMessageOfItsOwn() {
        rest.server.put("default", "a", 5);
        JsonNode metadata =
                read(get(PODS + "/a", PROTOBUF + ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1"));
        assertEquals("PartialObjectMetadata", metadata.path("kind").asText());
        assertEquals("a", metadata.at("/metadata/name").asText());
    }

    @Test
    void failuresAreToldInTheSameWay() {
        JsonNode status = read(get(PODS + "/a", PROTOBUF));
        assertEquals("Status", status.path("kind").asText());
        assertEquals("pods \"a\" not found", status.path("message").asText());
    }

    @Test
    void tablesAreSentInTheNextEncodingThatIsTaken() {
        rest.server.put("default", "a", 5);
        String table = ";as=Table;g=meta.k8s.io;v=v1";
        FakeExchange answer = get(PODS + "/a", PROTOBUF + table + ",application/json" + table);
        assertEquals("application/json", answer.responseHeader("Content-Type"));
        assertEquals("Table", answer.json().path("kind").asText());
    }

    @Test
    void eventsOfAWatchAreFramesInsteadOfLines() {
        FakeExchange watch = new FakeExchange("GET", PODS + "?watch=true").with("Accept", PROTOBUF);
        rest.handler.handle(watch);
        watch.await();
        assertEquals(PROTOBUF + ";stream=watch", watch.responseHeader("Content-Type"));
        Waiting.until(() -> !rest.server.cursors.isEmpty());
        StoredObject pod = rest.server.put("default", "a", 5);
        rest.server.cursors.get(0).add(WatchCursor.Type.ADDED, pod, 5);
        Waiting.until(() -> watch.bytes().length > 4);
        byte[] frame = watch.bytes();
        assertEquals(frame.length - 4, ByteBuffer.wrap(frame).getInt());
        byte[] envelope = Arrays.copyOfRange(frame, indexOfEnvelope(frame), frame.length);
        assertEquals("a", reader.read(envelope).at("/metadata/name").asText());
    }

    @Test
    void anEventIsEncodedOnceForAllWatchers() {
        StoredObject pod = rest.server.put("default", "a", 5);
        WatchCursor.Event event = new WatchCursor.Event(WatchCursor.Type.ADDED, pod, 5);
        AtomicInteger times = new AtomicInteger();
        byte[] first =
                event.encoded(
                        one -> {
                            times.incrementAndGet();
                            return new byte[] {1};
                        });
        assertSame(
                first,
                event.encoded(
                        one -> {
                            times.incrementAndGet();
                            return new byte[] {2};
                        }));
        assertEquals(1, times.get());
    }

    private static int indexOfEnvelope(byte[] frame) {
        for (int i = 0; i < frame.length - 3; i++) {
            if (frame[i] == 'k' && frame[i + 1] == '8' && frame[i + 2] == 's') {
                return i;
            }
        }
        throw new AssertionError("no envelope in " + Arrays.toString(frame));
    }
}
