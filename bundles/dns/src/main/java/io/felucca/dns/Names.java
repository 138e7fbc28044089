package io.felucca.dns;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Names in their two forms: on the wire, and as text in lower case without a dot at the end. The
 * root is the empty text.
 */
final class Names {
    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 255;
    private static final int POINTER = 0xc0;

    /** What stands in text for a dot inside a label; no name of ours has one. */
    private static final char INNER_DOT = '\u0000';

    private Names() {}

    /**
     * Reads the name at the buffer's position and goes behind it; pointers are followed.
     *
     * @throws MalformedException if there is none
     */
    static String read(ByteBuffer message) {
        StringBuilder name = new StringBuilder();
        ByteBuffer at = message;
        int limit = message.limit();
        while (true) {
            if (!at.hasRemaining()) {
                throw new MalformedException("a name has no end");
            }
            int length = at.get() & 0xff;
            if (length == 0) {
                return name.toString();
            }
            if ((length & POINTER) == POINTER) {
                if (!at.hasRemaining()) {
                    throw new MalformedException("a pointer is cut off");
                }
                int target = (length & ~POINTER) << 8 | (at.get() & 0xff);
                // Only backwards: so it comes to an end.
                if (target >= limit || target >= at.position() - 2) {
                    throw new MalformedException("a pointer leads nowhere");
                }
                limit = target;
                at = message.duplicate().position(target);
                continue;
            }
            if (length > MAX_LABEL || length > at.remaining()) {
                throw new MalformedException("a label is too long");
            }
            if (!name.isEmpty()) {
                name.append('.');
            }
            for (int i = 0; i < length; i++) {
                char one = (char) (at.get() & 0xff);
                name.append(one == '.' ? INNER_DOT : lower(one));
            }
            if (name.length() > MAX_NAME) {
                throw new MalformedException("a name is too long");
            }
        }
    }

    private static char lower(char one) {
        return one >= 'A' && one <= 'Z' ? (char) (one + ('a' - 'A')) : one;
    }

    /** The name without compression. */
    static byte[] wire(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!name.isEmpty()) {
            for (String label : name.split("\\.", -1)) {
                byte[] bytes = label.replace(INNER_DOT, '.').getBytes(StandardCharsets.ISO_8859_1);
                out.write(bytes.length);
                out.writeBytes(bytes);
            }
        }
        out.write(0);
        return out.toByteArray();
    }

    /** Whether it can be written: what users give, such as an external name, may not be. */
    static boolean valid(String name) {
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MAX_LABEL) {
                return false;
            }
        }
        return name.length() < MAX_NAME - 1;
    }

    /** As all names here are: lower case, no dot at the end. */
    static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
