package io.felucca.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Protobuf's wire format into an array that grows. Not thread-safe. */
final class WireWriter {
    private byte[] data;
    private int at;

    WireWriter(int capacity) {
        data = new byte[Math.max(capacity, 16)];
    }

    void tag(int number, int wireType) {
        varint((long) number << 3 | wireType);
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            data[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        data[at++] = (byte) rest;
    }

    void fixed64(long value) {
        room(8);
        for (int i = 0; i < 8; i++) {
            data[at++] = (byte) (value >>> (8 * i));
        }
    }

    void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With its length before it. */
    void bytes(byte[] value) {
        varint(value.length);
        raw(value, 0, value.length);
    }

    /** As it is, without a length. */
    void raw(byte[] value, int from, int length) {
        room(length);
        System.arraycopy(value, from, data, at, length);
        at += length;
    }

    /** Begins what needs its length before it; its place is kept until {@link #end}. */
    int begin() {
        room(1);
        return at++;
    }

    /** Most lengths fit the one byte that was kept; longer ones move what they stand before. */
    void end(int begun) {
        int length = at - begun - 1;
        int more = 0;
        for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
            more++;
        }
        if (more > 0) {
            room(more);
            System.arraycopy(data, begun + 1, data, begun + 1 + more, length);
        }
        at = begun;
        varint(length);
        at += length;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(data, at);
    }

    private void room(int more) {
        if (data.length - at < more) {
            data = Arrays.copyOf(data, Math.max(data.length * 2, at + more));
        }
    }
}
