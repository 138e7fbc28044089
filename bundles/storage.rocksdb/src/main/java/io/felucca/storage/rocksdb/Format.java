package io.felucca.storage.rocksdb;

import io.felucca.storage.api.KeyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What lies on disk, all numbers big-endian:
 *
 * <ul>
 *   <li>{@code 'k' key 0 ~revision}: a version of a key, the newest first: {@code 0 createRevision
 *       version lease value}, or {@code 1} alone for a deletion
 *   <li>{@code 'c' revision index}: a change: {@code 0 previousRevision key}, or beginning with 1
 *       for a deletion; previous is 0 if the key was not there
 *   <li>{@code 'l' key}: the latest version without its value, from which the index is read at the
 *       start: {@code modRevision createRevision version lease}, version 0 for a deletion
 *   <li>{@code 'e' lease}: {@code ttlSeconds}
 *   <li>{@code 'm' name}: a number
 * </ul>
 */
final class Format {
    static final byte[] FORMAT = ascii("mformat");
    static final byte[] REVISION = ascii("mrevision");
    static final byte[] COMPACTED = ascii("mcompacted");
    static final byte[] LAST_LEASE = ascii("mlease");

    /** What {@link #FORMAT} says in a store written by this code. */
    static final long CURRENT_FORMAT = 1;

    static final byte[] ALL_CHANGES = {'c'};
    static final byte[] ALL_LATEST = {'l'};
    static final byte[] ALL_LEASES = {'e'};

    private static final byte[] DELETION = {1};
    private static final int VERSION_HEADER_BYTES = 25;

    private Format() {}

    static byte[] versionKey(String key, long revision) {
        return ByteBuffer.allocate(key.length() + 10)
                .put((byte) 'k')
                .put(ascii(key))
                .put((byte) 0)
                .putLong(~revision)
                .array();
    }

    /** The revision in a key made by {@link #versionKey}, or 0 if it is not one of this key. */
    static long revisionOfVersion(byte[] versionKey, String key) {
        int length = key.length();
        if (versionKey.length != length + 10 || versionKey[0] != 'k') {
            return 0;
        }
        byte[] expected = ascii(key);
        if (!Arrays.equals(versionKey, 1, length + 1, expected, 0, length)) {
            return 0;
        }
        return ~ByteBuffer.wrap(versionKey).getLong(length + 2);
    }

    static byte[] version(Entry entry, byte[] value) {
        if (entry.deleted()) {
            return DELETION;
        }
        return ByteBuffer.allocate(VERSION_HEADER_BYTES + value.length)
                .put((byte) 0)
                .putLong(entry.createRevision())
                .putLong(entry.version())
                .putLong(entry.lease())
                .put(value)
                .array();
    }

    /** Empty for a deletion. */
    static Optional<KeyValue> keyValue(String key, long revision, byte[] version) {
        if (version[0] == DELETION[0]) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(version, 1, version.length - 1);
        long createRevision = in.getLong();
        long number = in.getLong();
        long lease = in.getLong();
        byte[] value = Arrays.copyOfRange(version, VERSION_HEADER_BYTES, version.length);
        return Optional.of(new KeyValue(key, value, createRevision, revision, number, lease));
    }

    static byte[] changeKey(long revision, int index) {
        return ByteBuffer.allocate(13).put((byte) 'c').putLong(revision).putInt(index).array();
    }

    static long revisionOfChange(byte[] changeKey) {
        return ByteBuffer.wrap(changeKey).getLong(1);
    }

    static byte[] change(boolean deletion, long previousRevision, String key) {
        return ByteBuffer.allocate(9 + key.length())
                .put(deletion ? DELETION[0] : 0)
                .putLong(previousRevision)
                .put(ascii(key))
                .array();
    }

    static long previousOfChange(byte[] change) {
        return ByteBuffer.wrap(change).getLong(1);
    }

    static boolean isDeletion(byte[] change) {
        return change[0] == DELETION[0];
    }

    static String keyOfChange(byte[] change) {
        return new String(change, 9, change.length - 9, StandardCharsets.ISO_8859_1);
    }

    static byte[] latestKey(String key) {
        return ByteBuffer.allocate(1 + key.length()).put((byte) 'l').put(ascii(key)).array();
    }

    static String keyOfLatest(byte[] latestKey) {
        return new String(latestKey, 1, latestKey.length - 1, StandardCharsets.ISO_8859_1);
    }

    static byte[] latest(Entry entry) {
        return ByteBuffer.allocate(32)
                .putLong(entry.modRevision())
                .putLong(entry.createRevision())
                .putLong(entry.version())
                .putLong(entry.lease())
                .array();
    }

    static Entry entry(byte[] latest) {
        ByteBuffer in = ByteBuffer.wrap(latest);
        return new Entry(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    static byte[] leaseKey(long lease) {
        return ByteBuffer.allocate(9).put((byte) 'e').putLong(lease).array();
    }

    static long idOfLease(byte[] leaseKey) {
        return ByteBuffer.wrap(leaseKey).getLong(1);
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    static long number(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
