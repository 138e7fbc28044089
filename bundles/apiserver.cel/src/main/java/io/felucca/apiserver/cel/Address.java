package io.felucca.apiserver.cel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** An IP address, or the first one of a network, by its bytes: four or sixteen. */
record Address(InetAddress address) {

    /**
     * @throws IllegalArgumentException if it is none; names are never looked up
     */
    static Address parse(String text) {
        boolean looksRight =
                text.indexOf(':') >= 0
                        ? text.matches("[0-9a-fA-F:.]+") && !text.matches(".*:\\d+\\..*")
                        : text.matches("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
        try {
            if (looksRight) {
                return new Address(InetAddress.getByName(text));
            }
        } catch (UnknownHostException e) {
            throw wrong(text);
        }
        throw wrong(text);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "IP Address \"" + text + "\" parse error during conversion from string");
    }

    int bits() {
        return address.getAddress().length * 8;
    }

    /** With all bits behind the prefix set to zero. */
    Address masked(int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(8, prefix - i * 8));
            bytes[i] &= (byte) (0xff << (8 - kept));
        }
        try {
            return new Address(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has four or sixteen bytes", e);
        }
    }

    /** As RFC 5952 writes it: the longest run of zeros left out. */
    String canonical() {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        int[] words = new int[8];
        Arrays.setAll(words, i -> (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff));
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && words[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                boolean first = text.length() == 0 || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(words[i]));
            }
        }
        return text.toString();
    }
}
