package io.felucca.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One record of an answer.
 *
 * @param ttl in seconds
 * @param data as on the wire, names in it without compression
 */
// The bytes are never changed and the whole never compared.
@SuppressWarnings("ArrayRecordComponent")
record Resource(String name, int type, int ttl, byte[] data) {
    /** Long enough to take load away, short enough that a change is seen at once. */
    static final int TTL_SECONDS = 5;

    private static final int SRV_PRIORITY = 0;

    /** An A or AAAA record of an address as text. */
    static Resource address(String name, String address) {
        try {
            // A literal: nothing is looked up.
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int type = bytes.length == 4 ? RecordType.A : RecordType.AAAA;
            return new Resource(name, type, TTL_SECONDS, bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address + " is not an address", e);
        }
    }

    static Resource alias(String name, String target) {
        return new Resource(name, RecordType.CNAME, TTL_SECONDS, Names.wire(target));
    }

    static Resource pointer(String name, String target) {
        return new Resource(name, RecordType.PTR, TTL_SECONDS, Names.wire(target));
    }

    static Resource nameServer(String name, String target) {
        return new Resource(name, RecordType.NS, TTL_SECONDS, Names.wire(target));
    }

    static Resource service(String name, int weight, int port, String target) {
        byte[] wire = Names.wire(target);
        ByteBuffer data = ByteBuffer.allocate(6 + wire.length);
        data.putShort((short) SRV_PRIORITY).putShort((short) weight).putShort((short) port);
        return new Resource(name, RecordType.SRV, TTL_SECONDS, data.put(wire).array());
    }

    static Resource text(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer data = ByteBuffer.allocate(1 + bytes.length).put((byte) bytes.length);
        return new Resource(name, RecordType.TXT, TTL_SECONDS, data.put(bytes).array());
    }

    /** The start of authority of a zone; its last number says how long "no" may be believed. */
    static Resource authority(String zone, String domain, int serial) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Names.wire("ns.dns." + domain));
        out.writeBytes(Names.wire("hostmaster." + domain));
        ByteBuffer numbers = ByteBuffer.allocate(20);
        numbers.putInt(serial).putInt(7200).putInt(1800).putInt(86400).putInt(TTL_SECONDS);
        out.writeBytes(numbers.array());
        return new Resource(zone, RecordType.SOA, TTL_SECONDS, out.toByteArray());
    }
}
