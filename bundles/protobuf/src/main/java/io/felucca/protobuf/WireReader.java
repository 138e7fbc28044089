package io.felucca.protobuf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Protobuf's wire format within a piece of an array. Every read is bounded by the piece's end. */
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int MAX_VARINT_BYTES = 10;

    private final byte[] data;
    private final int end;
    private int at;

    WireReader(byte[] data, int from, int to) {
        this.data = data;
        this.at = from;
        this.end = to;
    }

    boolean atEnd() {
        return at >= end;
    }

    long varint() {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            if (at >= end) {
                throw new MalformedException("unexpected end of data");
            }
            byte next = data[at++];
            value |= (long) (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number is longer than ten bytes");
    }

    /** A message, string or bytes field, read by a reader of its own. */
    WireReader piece() {
        int length = length();
        WireReader piece = new WireReader(data, at, at + length);
        at += length;
        return piece;
    }

    byte[] rest() {
        return java.util.Arrays.copyOfRange(data, at, end);
    }

    String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data, at, end - at))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("a string is not UTF-8", e);
        }
    }

    long fixed64() {
        need(Long.BYTES);
        long value = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
        at += Long.BYTES;
        return value;
    }

    void skip(int wireType) {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> {
                need(Long.BYTES);
                at += Long.BYTES;
            }
            case BYTES -> {
                int length = length();
                at += length;
            }
            case FIXED32 -> {
                need(Integer.BYTES);
                at += Integer.BYTES;
            }
            default -> throw new MalformedException("unknown wire type " + wireType);
        }
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new MalformedException("a field is longer than the data");
        }
        return (int) length;
    }

    private void need(int bytes) {
        if (end - at < bytes) {
            throw new MalformedException("unexpected end of data");
        }
    }

    /** The bytes are not what the format allows. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }

        MalformedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
