package io.felucca.client;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.felucca.machinery.NameRules;
import java.time.Instant;

/**
 * Names of events as upstream makes them, of the object's name and the nanosecond, and no name
 * twice in this process: whoever comes in the same nanosecond gets the next one. Thread-safe.
 */
final class EventNames {
    private long last = Long.MIN_VALUE;

    String next(ObjectMeta about, Instant now) {
        String suffix = suffix(now);
        String name = about.getName() + suffix;
        // Some kinds have names that an event can't have: longer ones, or with capitals and colons.
        return NameRules.dnsSubdomain(name).isEmpty() ? name : about.getUid() + suffix;
    }

    private synchronized String suffix(Instant now) {
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        last = Math.max(last + 1, nanos);
        return "." + Long.toHexString(last);
    }
}
