package io.felucca.dns;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Other servers' answers, for a short while. The key is the whole question but its id, so an answer
 * fits to the bit. When it is full, the least used one goes. Thread-safe.
 */
final class AnswerCache {
    private static final int MAX_ANSWERS = 1_000;
    private static final int MAX_BYTES = 4_096;
    private static final int MAX_SECONDS = 30;
    private static final int MAX_SECONDS_NEGATIVE = 10;

    // The bytes are never changed and the whole never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Kept(byte[] message, List<Integer> ttls, long since, long until) {}

    private final Clock clock;
    private final Map<ByteBuffer, Kept> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Kept> eldest) {
                    return size() > MAX_ANSWERS;
                }
            };

    AnswerCache(Clock clock) {
        this.clock = clock;
    }

    /** The answer with the question's id, and with what is left of its times. */
    Optional<byte[]> get(byte[] query) {
        Kept one;
        long now = clock.millis();
        synchronized (kept) {
            one = kept.get(key(query));
            if (one != null && one.until() <= now) {
                kept.remove(key(query));
                one = null;
            }
        }
        if (one == null) {
            return Optional.empty();
        }
        byte[] message = one.message().clone();
        message[0] = query[0];
        message[1] = query[1];
        ByteBuffer times = ByteBuffer.wrap(message);
        int age = (int) ((now - one.since()) / 1000);
        one.ttls().forEach(at -> times.putInt(at, Math.max(0, times.getInt(at) - age)));
        return Optional.of(message);
    }

    void put(byte[] query, byte[] message) {
        int code = Response.code(message);
        boolean negative = code == ResponseCode.NO_SUCH_NAME.number();
        if (message.length > MAX_BYTES
                || Response.truncated(message)
                || (code != ResponseCode.NO_ERROR.number() && !negative)) {
            return;
        }
        List<Integer> ttls = Response.ttls(message);
        ByteBuffer times = ByteBuffer.wrap(message);
        boolean empty = times.getShort(6) == 0;
        int seconds =
                ttls.stream()
                        .mapToInt(times::getInt)
                        .min()
                        // Without a record nothing says how long it may be believed.
                        .orElse(0);
        seconds = Math.min(seconds, negative || empty ? MAX_SECONDS_NEGATIVE : MAX_SECONDS);
        if (seconds > 0) {
            long now = clock.millis();
            synchronized (kept) {
                kept.put(key(query.clone()), new Kept(message, ttls, now, now + seconds * 1000L));
            }
        }
    }

    private static ByteBuffer key(byte[] query) {
        return ByteBuffer.wrap(query, 2, query.length - 2).slice();
    }
}
