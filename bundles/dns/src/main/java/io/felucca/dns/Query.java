package io.felucca.dns;

import java.nio.ByteBuffer;

/**
 * A question as it came.
 *
 * @param wire the whole message
 * @param questionEnd where in it the question ends
 * @param edns whether it came with EDNS
 * @param size the longest answer it takes over UDP, in bytes
 */
// The bytes are never changed and the whole never compared.
@SuppressWarnings("ArrayRecordComponent")
record Query(
        byte[] wire,
        int id,
        int flags,
        String name,
        int type,
        int kind,
        int questionEnd,
        boolean edns,
        int ednsVersion,
        int size) {
    static final int HEADER = 12;
    static final int INTERNET = 1;

    private static final int PLAIN_SIZE = 512;

    /** More would be fragmented on some link. */
    static final int MAX_SIZE = 1232;

    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;

    /**
     * @throws MalformedException if it is not exactly one question
     */
    static Query parse(byte[] wire) {
        if (wire.length < HEADER) {
            throw new MalformedException("shorter than a header");
        }
        ByteBuffer message = ByteBuffer.wrap(wire);
        int id = message.getShort() & 0xffff;
        int flags = message.getShort() & 0xffff;
        int questions = message.getShort() & 0xffff;
        int records = (message.getShort() & 0xffff) + (message.getShort() & 0xffff);
        int additional = message.getShort() & 0xffff;
        if (questions != 1) {
            throw new MalformedException("not exactly one question");
        }
        String name = Names.read(message);
        need(message, 4);
        int type = message.getShort() & 0xffff;
        int kind = message.getShort() & 0xffff;
        int end = message.position();
        boolean edns = false;
        int version = 0;
        int size = PLAIN_SIZE;
        for (int i = 0; i < records + additional; i++) {
            Names.read(message);
            need(message, 10);
            int what = message.getShort() & 0xffff;
            int offered = message.getShort() & 0xffff;
            int extended = message.getInt();
            int length = message.getShort() & 0xffff;
            need(message, length);
            message.position(message.position() + length);
            if (what == RecordType.OPT) {
                edns = true;
                version = (extended >> 16) & 0xff;
                size = Math.max(PLAIN_SIZE, Math.min(offered, MAX_SIZE));
            }
        }
        return new Query(wire, id, flags, name, type, kind, end, edns, version, size);
    }

    private static void need(ByteBuffer message, int bytes) {
        if (message.remaining() < bytes) {
            throw new MalformedException("cut off");
        }
    }

    /** Whether it is one at all: an answer must never be answered. */
    static boolean isQuery(byte[] wire) {
        return wire.length >= HEADER && (wire[2] & (RESPONSE >> 8)) == 0;
    }

    boolean standard() {
        return (flags & OPCODE) == 0;
    }

    /** The same question about another name, with an id and flags of its own. */
    static byte[] about(String name, int type) {
        byte[] wire = Names.wire(name);
        ByteBuffer message = ByteBuffer.allocate(HEADER + wire.length + 4);
        // Recursion desired; one question.
        message.putShort((short) 0).putShort((short) 0x0100).putShort((short) 1);
        message.position(HEADER);
        return message.put(wire).putShort((short) type).putShort((short) INTERNET).array();
    }
}
