package io.felucca.kubelet.server;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * What part of a log is wanted.
 *
 * @param tailLines -1 for all
 * @param limitBytes -1 for all
 * @param since earlier lines are left out
 */
record LogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        long tailLines,
        long limitBytes,
        Instant since) {

    /**
     * @throws IllegalArgumentException for a value that is not what the parameter takes
     */
    static LogOptions of(Query query, Instant now) {
        Instant since = Instant.MIN;
        long seconds = number(query, "sinceSeconds", 1);
        if (seconds > 0) {
            since = now.minusSeconds(seconds);
        }
        String time = query.first("sinceTime");
        if (!time.isEmpty()) {
            try {
                since = OffsetDateTime.parse(time).toInstant();
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "sinceTime \"" + time + "\" is no RFC 3339 time", e);
            }
        }
        return new LogOptions(
                query.flag("follow"),
                query.flag("previous"),
                query.flag("timestamps"),
                number(query, "tailLines", 0),
                number(query, "limitBytes", 1),
                since);
    }

    private static long number(Query query, String name, long least) {
        String text = query.first(name);
        if (text.isEmpty()) {
            return -1;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " \"" + text + "\" is no number", e);
        }
        throw new IllegalArgumentException(name + " must be at least " + least);
    }
}
