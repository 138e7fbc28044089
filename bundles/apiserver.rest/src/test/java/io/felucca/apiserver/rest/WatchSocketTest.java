package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchSocketTest {
    private static final String WATCH = "/api/v1/namespaces/default/pods?watch=true";

    private final Rest rest = new Rest();
    private final FakeRawChannel channel = new FakeRawChannel();

    @AfterEach
    void close() {
        rest.close();
    }

    private static FakeExchange handshake() {
        // The key of RFC 6455's own example.
        return new FakeExchange("GET", WATCH)
                .with("Upgrade", "websocket")
                .with("Connection", "Upgrade")
                .with("Sec-WebSocket-Version", "13")
                .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    }

    private FakeCursor open(FakeExchange exchange) {
        rest.handler.handle(exchange.upgrading(channel));
        exchange.await();
        Waiting.until(() -> !rest.server.cursors.isEmpty());
        return rest.server.cursors.get(0);
    }

    /** A frame as a client sends it: masked. */
    private static byte[] masked(int opcode, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(6 + payload.length);
        frame.put((byte) (0x80 | opcode)).put((byte) (0x80 | payload.length));
        byte[] mask = {1, 2, 3, 4};
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % 4]));
        }
        return frame.array();
    }

    @Test
    void theHandshakeIsAnsweredAsTheRfcSays() {
        FakeExchange watch = handshake();
        open(watch);
        assertEquals(101, watch.status());
        assertEquals("websocket", watch.responseHeader("Upgrade"));
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", watch.responseHeader("Sec-WebSocket-Accept"));
    }

    @Test
    void eachEventIsAMessage() {
        FakeCursor cursor = open(handshake());
        cursor.add(WatchCursor.Type.ADDED, rest.server.put("default", "a", 5), 5);
        Waiting.until(() -> channel.bytes().length > 4);
        byte[] frame = channel.bytes();
        assertEquals((byte) 0x81, frame[0]);
        int length = frame[1] == 126 ? ByteBuffer.wrap(frame).getShort(2) & 0xffff : frame[1];
        int head = frame[1] == 126 ? 4 : 2;
        assertEquals(frame.length - head, length);
        JsonNode event = Json.parseObject(Arrays.copyOfRange(frame, head, frame.length));
        assertEquals("ADDED", event.path("type").asText());
        assertEquals("a", event.at("/object/metadata/name").asText());
    }

    @Test
    void pingsAreAnsweredAlsoWhenTheyComeInPieces() {
        open(handshake());
        byte[] ping = masked(0x9, "are you there");
        for (byte one : ping) {
            channel.send(new byte[] {one});
        }
        ByteBuffer pong = ByteBuffer.allocate(15).put((byte) 0x8a).put((byte) 13);
        pong.put("are you there".getBytes(StandardCharsets.UTF_8));
        assertArrayEquals(pong.array(), channel.bytes());
    }

    @Test
    void theClientsEndIsObeyed() {
        open(handshake());
        channel.send(masked(0x1, "words that nobody reads"));
        channel.send(masked(0x8, ""));
        Waiting.until(channel::closed);
        assertArrayEquals(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8}, channel.bytes());
    }

    @Test
    void aFrameWithoutAMaskIsAnError() {
        open(handshake());
        channel.send(new byte[] {(byte) 0x81, 1, 'x'});
        assertTrue(channel.closed());
        assertArrayEquals(new byte[] {(byte) 0x88, 2, 3, (byte) 0xea}, channel.bytes());
    }

    @Test
    void aHandshakeWithoutAKeyIsRefused() {
        FakeExchange answer =
                rest.send(
                        new FakeExchange("GET", WATCH)
                                .with("Upgrade", "websocket")
                                .with("Sec-WebSocket-Version", "13"));
        assertEquals(400, answer.status());
        assertTrue(rest.server.cursors.isEmpty());
    }
}
