package io.felucca.storage.backup;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletionException;

/**
 * What was read from one end or the other, in the order of the keys.
 *
 * <p>Keys on a lease are left out: they live only as long as somebody keeps them alive.
 */
final class Contents {
    private static final int PAGE = 200;

    private final MessageDigest digest;
    private long count;

    /** Gets each key with its value. */
    @FunctionalInterface
    interface Sink {
        void take(String key, byte[] value) throws IOException;
    }

    /**
     * How much there is, and its hash.
     *
     * @param revision at which it was read, of the store it was read from
     * @param sha256 of all keys and values with their lengths, in hexadecimal digits
     */
    record Summary(long revision, long count, String sha256) {
        boolean same(Summary other) {
            return count == other.count && sha256.equals(other.sha256);
        }

        @Override
        public String toString() {
            return count + " keys at revision " + revision + ", SHA-256 " + sha256;
        }
    }

    Contents() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
    }

    void add(String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.US_ASCII);
        digest.update(ByteBuffer.allocate(8).putInt(name.length).putInt(value.length).array());
        digest.update(name);
        digest.update(value);
        count++;
    }

    /** To be called once, at the end. */
    Summary summary(long revision) {
        StringBuilder hex = new StringBuilder();
        for (byte b : digest.digest()) {
            hex.append(String.format("%02x", b));
        }
        return new Summary(revision, count, hex.toString());
    }

    /** Reads all that a store holds at its newest revision. */
    static Summary read(Store store, Sink sink) throws IOException {
        Contents contents = new Contents();
        String from = "";
        long revision = 0;
        while (true) {
            RangeResult page =
                    await(
                            store,
                            new RangeRequest(from, RangeRequest.prefixEnd(""), revision, PAGE));
            revision = page.revision();
            for (KeyValue item : page.items()) {
                if (item.lease() == 0) {
                    contents.add(item.key(), item.value());
                    sink.take(item.key(), item.value());
                }
                from = item.key() + '\0';
            }
            if (!page.more()) {
                return contents.summary(revision);
            }
        }
    }

    private static RangeResult await(Store store, RangeRequest request) {
        try {
            return store.range(request).toCompletableFuture().join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof StoreException known) {
                throw known.reason() == Reason.COMPACTED
                        ? new StoreException(
                                Reason.COMPACTED,
                                "the history was compacted while it was being read; try again",
                                known)
                        : known;
            }
            throw failure;
        }
    }
}
