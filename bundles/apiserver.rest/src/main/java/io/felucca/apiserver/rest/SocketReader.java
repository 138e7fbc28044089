package io.felucca.apiserver.rest;

import java.nio.ByteBuffer;

/**
 * What the client of a {@link WatchSocket} sends: pings are answered, its end is obeyed, all else
 * is passed over. For one thread at a time.
 */
final class SocketReader {
    static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;
    private static final int MASK_BYTES = 4;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int PROTOCOL_ERROR = 1002;

    private final WatchSocket socket;
    private final byte[] head = new byte[14];
    private final byte[] control = new byte[MAX_CONTROL_BYTES];
    private int headBytes;
    private int headNeeded = 2;
    private long payload;
    private long seen;

    SocketReader(WatchSocket socket) {
        this.socket = socket;
    }

    void read(ByteBuffer bytes) {
        while (bytes.hasRemaining() && socket.isOpen()) {
            if (headBytes < headNeeded) {
                head[headBytes++] = bytes.get();
                if (headBytes == 2 && !begin()) {
                    socket.close(PROTOCOL_ERROR);
                    return;
                }
                if (headBytes == headNeeded) {
                    payload = length();
                    seen = 0;
                }
            } else {
                take(bytes);
            }
            if (headBytes == headNeeded && seen == payload) {
                end();
                headBytes = 0;
                headNeeded = 2;
            }
        }
    }

    private int opcode() {
        return head[0] & 0xf;
    }

    private boolean isControl() {
        return opcode() >= CLOSE;
    }

    /** False for a frame that no client may send. */
    private boolean begin() {
        int length = head[1] & 0x7f;
        headNeeded = 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + MASK_BYTES;
        boolean masked = head[1] < 0;
        return masked && (!isControl() || length <= MAX_CONTROL_BYTES);
    }

    private long length() {
        ByteBuffer lengths = ByteBuffer.wrap(head);
        return switch (head[1] & 0x7f) {
            case 126 -> lengths.getShort(2) & 0xffff;
            case 127 -> lengths.getLong(2) & Long.MAX_VALUE;
            default -> head[1] & 0x7f;
        };
    }

    private void take(ByteBuffer bytes) {
        int now = (int) Math.min(bytes.remaining(), payload - seen);
        for (int i = 0; i < now; i++) {
            byte next = bytes.get();
            if (isControl()) {
                int mask = head[headNeeded - MASK_BYTES + (int) (seen % MASK_BYTES)];
                control[(int) seen] = (byte) (next ^ mask);
            }
            seen++;
        }
    }

    private void end() {
        if (opcode() == CLOSE) {
            socket.close();
        } else if (opcode() == PING) {
            socket.frame(PONG, ByteBuffer.wrap(control.clone(), 0, (int) payload));
        }
    }
}
