package io.felucca.storage.encryption;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One key, or none, with which values are written and read. Thread-safe. */
interface Provider {
    /** What every encrypted value begins with. */
    byte[] ENCRYPTED = "k8s:enc:".getBytes(StandardCharsets.US_ASCII);

    /** Whether this wrote a value. */
    boolean wrote(byte[] stored);

    /**
     * @param key where the value lies; it can be read nowhere else
     */
    byte[] seal(String key, byte[] plain);

    /**
     * @throws SealBroken if the value is not what was written there
     */
    byte[] open(String key, byte[] stored) throws SealBroken;

    static boolean startsWith(byte[] value, byte[] prefix) {
        return value.length >= prefix.length
                && Arrays.equals(value, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** A value that can't be read with this key. */
    final class SealBroken extends Exception {
        private static final long serialVersionUID = 1L;

        SealBroken(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
