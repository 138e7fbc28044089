package io.felucca.kubeproxy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The mark under which a client's endpoint is remembered. It depends on the endpoint alone, so it
 * stays right when other endpoints come and go and when this program is replaced.
 */
final class LastingMark {
    private static final int LASTING = 0x80000000;
    private static final int HASH_BITS = 0x7ffcffff;

    private LastingMark() {}

    /**
     * @param taken marks of the same frontend; the new one is added
     */
    static String of(Endpoint endpoint, Chooser.Path path, Set<Integer> taken) {
        CRC32 crc = new CRC32();
        crc.update(endpoint.text().getBytes(StandardCharsets.US_ASCII));
        int hash = (int) crc.getValue();
        int mark = mark(hash, path);
        while (!taken.add(mark)) {
            hash++;
            mark = mark(hash, path);
        }
        return "0x" + Integer.toHexString(mark);
    }

    private static int mark(int hash, Chooser.Path path) {
        return LASTING | (hash & HASH_BITS) | path.offset();
    }
}
