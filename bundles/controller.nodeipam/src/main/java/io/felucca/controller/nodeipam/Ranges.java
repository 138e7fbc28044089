package io.felucca.controller.nodeipam;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The cluster's pod range cut into equal blocks, one for each node. IPv4 only.
 *
 * @param first the cluster range's first address
 * @param bits the length of the cluster range's prefix
 * @param blockBits the length of a block's prefix
 */
record Ranges(long first, int bits, int blockBits) {
    private static final int ADDRESS_BITS = 32;

    /** As upstream's: more blocks than this are not kept track of. */
    private static final int MOST_BLOCK_BITS = 16;

    Ranges {
        if (blockBits < bits || blockBits > ADDRESS_BITS || blockBits - bits > MOST_BLOCK_BITS) {
            throw new IllegalArgumentException(
                    "node.cidr.mask "
                            + blockBits
                            + " must be between the length of pod.cidr's prefix, "
                            + bits
                            + ", and "
                            + Math.min(ADDRESS_BITS, bits + MOST_BLOCK_BITS));
        }
    }

    static Ranges of(String cidr, int blockBits) {
        Block whole = Block.parse(cidr);
        return new Ranges(whole.first(), whole.bits(), blockBits);
    }

    int count() {
        return 1 << (blockBits - bits);
    }

    /** The block's CIDR, such as {@code 10.244.3.0/24}. */
    String cidr(int block) {
        long address = first + ((long) block << (ADDRESS_BITS - blockBits));
        return (address >> 24 & 255)
                + "."
                + (address >> 16 & 255)
                + "."
                + (address >> 8 & 255)
                + "."
                + (address & 255)
                + "/"
                + blockBits;
    }

    /** The blocks that a CIDR covers or lies in; none if it is outside of the cluster's range. */
    List<Integer> overlapping(String cidr) {
        if (cidr.indexOf(':') >= 0) {
            return List.of();
        }
        Block other = Block.parse(cidr);
        long size = 1L << (ADDRESS_BITS - blockBits);
        long low = Math.max(first, other.first());
        long high = Math.min(first + size * count(), other.end());
        return low >= high
                ? List.of()
                : IntStream.rangeClosed(
                                (int) ((low - first) / size), (int) ((high - 1 - first) / size))
                        .boxed()
                        .toList();
    }

    /** The first free block from {@code start} on, going round once. */
    OptionalInt free(int start, IntPredicate used) {
        for (int i = 0; i < count(); i++) {
            int block = (start + i) % count();
            if (!used.test(block)) {
                return OptionalInt.of(block);
            }
        }
        return OptionalInt.empty();
    }

    private record Block(long first, int bits) {
        static Block parse(String cidr) {
            String[] halves = cidr.strip().split("/", -1);
            String[] bytes = halves[0].split("\\.", -1);
            try {
                if (halves.length == 2 && bytes.length == 4) {
                    long address = 0;
                    for (String one : bytes) {
                        address = address << 8 | number(one, 255);
                    }
                    int bits = number(halves[1], ADDRESS_BITS);
                    long size = 1L << (ADDRESS_BITS - bits);
                    return new Block(address / size * size, bits);
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not an IPv4 CIDR: " + cidr, e);
            }
            throw new IllegalArgumentException("not an IPv4 CIDR: " + cidr);
        }

        private static int number(String text, int most) {
            int value = Integer.parseInt(text);
            if (value < 0 || value > most) {
                throw new NumberFormatException(text + " is not within 0 to " + most);
            }
            return value;
        }

        long end() {
            return first + (1L << (ADDRESS_BITS - bits));
        }
    }
}
