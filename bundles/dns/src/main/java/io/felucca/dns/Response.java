package io.felucca.dns;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes answers, and reads those of other servers. */
final class Response {
    private static final int QR = 0x8000;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int DESIRED = 0x0100;
    private static final int AVAILABLE = 0x0080;
    private static final int OPCODE = 0x7800;
    private static final int CODE = 0x000f;
    private static final int OPT_LENGTH = 11;
    private static final int FIXED_PART = 10;
    private static final int MAX_MESSAGE = 65_535;
    private static final int MAX_POINTER = 0x3fff;

    private final ByteBuffer out;
    private final int limit;
    private final Map<String, Integer> known = new HashMap<>();

    private Response(int limit) {
        this.limit = limit;
        this.out = ByteBuffer.allocate(limit);
    }

    /**
     * @param tcp over which there is room for everything; over UDP what does not fit is left out,
     *     which the answer says
     */
    static byte[] write(Query query, Answer answer, boolean tcp) {
        int room = (tcp ? MAX_MESSAGE : query.size()) - (query.edns() ? OPT_LENGTH : 0);
        Response response = new Response(room);
        return response.write(query, answer);
    }

    /** The answer to something that is no proper question. */
    static byte[] malformed(byte[] wire, ResponseCode code) {
        ByteBuffer out = ByteBuffer.allocate(Query.HEADER);
        int flags = QR | (wire[2] << 8 & (OPCODE | DESIRED)) | code.number();
        return out.putShort(0, (short) ((wire[0] & 0xff) << 8 | (wire[1] & 0xff)))
                .putShort(2, (short) flags)
                .array();
    }

    private byte[] write(Query query, Answer answer) {
        out.put(query.wire(), 0, query.questionEnd());
        known.put(query.name(), Query.HEADER);
        int records = section(answer.records());
        boolean cut = records < answer.records().size();
        int authority = cut ? 0 : section(answer.authority());
        boolean room = !cut && authority == answer.authority().size();
        int additional = room ? section(answer.additional()) : 0;
        int code = answer.code().number();
        byte[] message = new byte[out.position() + (query.edns() ? OPT_LENGTH : 0)];
        out.get(0, message, 0, out.position());
        ByteBuffer header = ByteBuffer.wrap(message);
        int flags = QR | AVAILABLE | (query.flags() & (OPCODE | DESIRED)) | (code & CODE);
        flags |= cut ? TRUNCATED : 0;
        flags |= answer.code() == ResponseCode.SERVER_FAILURE ? 0 : AUTHORITATIVE;
        header.putShort(2, (short) flags).putShort(4, (short) 1).putShort(6, (short) records);
        header.putShort(8, (short) authority);
        header.putShort(10, (short) (additional + (query.edns() ? 1 : 0)));
        if (query.edns()) {
            header.position(out.position() + 1);
            header.putShort((short) RecordType.OPT).putShort((short) Query.MAX_SIZE);
            header.put((byte) (code >> 4));
        }
        return message;
    }

    /** How many of them there was room for. */
    private int section(List<Resource> records) {
        int written = 0;
        for (Resource one : records) {
            int start = out.position();
            if (!add(one)) {
                out.position(start);
                return written;
            }
            written++;
        }
        return written;
    }

    private boolean add(Resource one) {
        if (!name(one.name()) || limit - out.position() < FIXED_PART + one.data().length) {
            return false;
        }
        out.putShort((short) one.type()).putShort((short) Query.INTERNET).putInt(one.ttl());
        out.putShort((short) one.data().length).put(one.data());
        return true;
    }

    private boolean name(String name) {
        Integer before = known.get(name);
        if (before != null) {
            if (limit - out.position() < 2) {
                return false;
            }
            out.putShort((short) (0xc000 | before));
            return true;
        }
        byte[] wire = Names.wire(name);
        if (limit - out.position() < wire.length) {
            return false;
        }
        // A record is taken back if it does not fit; then nothing more is written.
        if (out.position() <= MAX_POINTER) {
            known.put(name, out.position());
        }
        out.put(wire);
        return true;
    }

    /** The code of an answer, without what EDNS adds to it. */
    static int code(byte[] message) {
        return message[3] & CODE;
    }

    static boolean truncated(byte[] message) {
        return (message[2] & (TRUNCATED >> 8)) != 0;
    }

    /** Where in an answer the TTLs are; not that of OPT, which is none. */
    static List<Integer> ttls(byte[] message) {
        List<Integer> offsets = new ArrayList<>();
        read(message, (record, at) -> offsets.add(at));
        return offsets;
    }

    /** The records of another server's answer section, names in their data uncompressed. */
    static List<Resource> answers(byte[] message) {
        List<Resource> records = new ArrayList<>();
        int wanted = ByteBuffer.wrap(message).getShort(6) & 0xffff;
        read(
                message,
                (record, at) -> {
                    if (records.size() < wanted) {
                        records.add(record);
                    }
                });
        return records;
    }

    private interface Visitor {
        void see(Resource record, int ttlOffset);
    }

    private static void read(byte[] wire, Visitor visitor) {
        ByteBuffer message = ByteBuffer.wrap(wire);
        if (wire.length < Query.HEADER) {
            throw new MalformedException("shorter than a header");
        }
        int questions = message.getShort(4) & 0xffff;
        int records = 0;
        for (int at = 6; at < Query.HEADER; at += 2) {
            records += message.getShort(at) & 0xffff;
        }
        message.position(Query.HEADER);
        try {
            for (int i = 0; i < questions; i++) {
                Names.read(message);
                message.getInt();
            }
            for (int i = 0; i < records; i++) {
                record(message, visitor);
            }
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new MalformedException("cut off");
        }
    }

    private static void record(ByteBuffer message, Visitor visitor) {
        String name = Names.read(message);
        int type = message.getShort() & 0xffff;
        message.getShort();
        int at = message.position();
        int ttl = message.getInt();
        int length = message.getShort() & 0xffff;
        int end = message.position() + length;
        byte[] data;
        if (type == RecordType.CNAME || type == RecordType.NS || type == RecordType.PTR) {
            data = Names.wire(Names.read(message));
        } else {
            data = new byte[length];
            message.get(data);
        }
        message.position(end);
        if (type != RecordType.OPT) {
            visitor.see(new Resource(name, type, ttl, data), at);
        }
    }
}
