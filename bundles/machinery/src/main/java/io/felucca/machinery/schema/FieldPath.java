package io.felucca.machinery.schema;

/**
 * The path to where a walk stands, grown and cut without allocating. Keys of maps are marked,
 * because upstream writes them differently in different messages. Not thread-safe.
 */
final class FieldPath {
    private static final char KEY_START = '\u0001';
    private static final char KEY_END = '\u0002';

    private final StringBuilder text = new StringBuilder(64);

    /** Each of the following returns what {@link #leave} needs. */
    int enterField(String name) {
        int mark = text.length();
        if (mark > 0) {
            text.append('.');
        }
        text.append(name);
        return mark;
    }

    int enterKey(String key) {
        int mark = text.length();
        text.append(KEY_START).append(key).append(KEY_END);
        return mark;
    }

    int enterIndex(int index) {
        int mark = text.length();
        text.append('[').append(index).append(']');
        return mark;
    }

    /** Goes where another path stands. */
    void append(FieldPath other) {
        text.append(other.text);
    }

    void leave(int mark) {
        text.setLength(mark);
    }

    /** As strict decoding writes it: {@code metadata.labels.app}. */
    @Override
    public String toString() {
        String path = text.toString();
        return path.indexOf(KEY_START) < 0
                ? path
                : path.replace(KEY_START, '.').replace(String.valueOf(KEY_END), "");
    }

    /** As validation writes it: {@code metadata.labels[app]}. */
    String fieldPath() {
        return text.toString().replace(KEY_START, '[').replace(KEY_END, ']');
    }

    /** As upstream's decoder writes it: without indexes and keys. */
    String goPath() {
        return text.toString().replaceAll("\u0001[^\u0002]*\u0002|\\[\\d+]", "");
    }
}
