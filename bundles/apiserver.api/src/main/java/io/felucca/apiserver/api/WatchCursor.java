package io.felucca.apiserver.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A reader's place in a resource's history. The reader pulls, so a slow one costs no memory; one
 * that falls behind the history ends with 410 Gone. One that ends without an ERROR event lost its
 * server to a replacement: whoever still wants it opens one at the next server, from {@link
 * #revision}. For one thread at a time, {@link #close} for any.
 */
@ProviderType
public interface WatchCursor extends AutoCloseable {

    /**
     * The next events, at most so many, possibly none. The last events of an ended watch are
     * followed by an ERROR event; after that {@link #ended} is true.
     */
    List<Event> poll(int most);

    /**
     * Runs once, as soon as {@link #poll} would give something or the watch has ended; on the
     * cache's thread, so it must only hand over.
     */
    void onAvailable(Runnable action);

    /**
     * Everything of the store up to this revision has been delivered by {@link #poll}; 0 until the
     * initial events are complete.
     */
    long revision();

    boolean ended();

    @Override
    void close();

    /** Upstream's event types. */
    enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK,
        ERROR
    }

    /** One event. Thread-safe. */
    final class Event {
        private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

        private final Type type;
        private final StoredObject object;
        private final long revision;
        private volatile byte[] line;
        private volatile byte[] encoded;

        /**
         * @param object null for BOOKMARK and ERROR
         * @param line as {@link #line} gives it
         */
        public Event(Type type, StoredObject object, long revision, byte[] line) {
            this.type = type;
            this.object = object;
            this.revision = revision;
            this.line = line;
        }

        /** Of an object; informers in the process never ask for the line, so it is made late. */
        public Event(Type type, StoredObject object, long revision) {
            this(type, object, revision, null);
        }

        public Type type() {
            return type;
        }

        /**
         * The object; of a DELETED event as it last was, with the deletion's revision; null for
         * BOOKMARK and ERROR.
         */
        public StoredObject object() {
            return object;
        }

        /** The event's revision. */
        public long revision() {
            return revision;
        }

        /**
         * The whole event as one line of JSON with the line feed, the same array for every watcher;
         * not to be written to.
         */
        public byte[] line() {
            byte[] known = line;
            return known == null ? makeLine() : known;
        }

        /**
         * The event as streams send it that are not of JSON, all of which have one encoding: made
         * by the first who asks, the same array for every watcher.
         */
        public byte[] encoded(Function<Event, byte[]> encoder) {
            byte[] known = encoded;
            if (known == null) {
                known = encoder.apply(this);
                encoded = known;
            }
            return known;
        }

        private synchronized byte[] makeLine() {
            if (line == null) {
                String head = "{\"type\":\"" + type + "\",\"object\":";
                byte[] json = object.json();
                byte[] made = new byte[head.length() + json.length + END.length];
                System.arraycopy(
                        head.getBytes(StandardCharsets.US_ASCII), 0, made, 0, head.length());
                System.arraycopy(json, 0, made, head.length(), json.length);
                System.arraycopy(END, 0, made, head.length() + json.length, END.length);
                line = made;
            }
            return line;
        }
    }
}
