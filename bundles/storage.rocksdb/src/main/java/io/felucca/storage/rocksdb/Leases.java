package io.felucca.storage.rocksdb;

import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The leases with their keys. Belongs to the writer's thread, except {@link #anyDue}. When a lease
 * ends is not on disk: after a restart each has its whole time.
 */
final class Leases {
    /** About 285 years, as etcd has it: far from where milliseconds overflow. */
    static final long MAX_TTL_SECONDS = 9_000_000_000L;

    private static final class Lease {
        private final long ttlSeconds;
        private final Set<String> keys = new TreeSet<>();
        private long endMillis;

        private Lease(long ttlSeconds) {
            this.ttlSeconds = ttlSeconds;
        }
    }

    private final Map<Long, Lease> leases = new HashMap<>();
    private final Clock clock;

    /** The earliest end, or somewhat before it; read by the ticking thread. */
    private volatile long nextEndMillis = Long.MAX_VALUE;

    Leases(Clock clock) {
        this.clock = clock;
    }

    void add(long id, long ttlSeconds) {
        leases.put(id, new Lease(ttlSeconds));
        keepAlive(id);
    }

    /** Gives the seconds the lease has now. */
    long keepAlive(long id) {
        Lease lease = require(id);
        lease.endMillis = Math.addExact(clock.millis(), Math.multiplyExact(lease.ttlSeconds, 1000));
        nextEndMillis = Math.min(nextEndMillis, lease.endMillis);
        return lease.ttlSeconds;
    }

    /** Gives the keys it had, in order. */
    Set<String> remove(long id) {
        Lease lease = require(id);
        leases.remove(id);
        return lease.keys;
    }

    void check(long id) {
        if (id != 0) {
            require(id);
        }
    }

    /** The key hung on one lease and now hangs on another; 0 is none, one that ended is none. */
    void move(String key, long from, long to) {
        if (from == to) {
            return;
        }
        Lease old = leases.get(from);
        if (old != null) {
            old.keys.remove(key);
        }
        if (to != 0) {
            require(to).keys.add(key);
        }
    }

    /** Whether it is worth asking for {@link #due}. */
    boolean anyDue() {
        return nextEndMillis <= clock.millis();
    }

    /** The leases whose time is over. */
    List<Long> due() {
        long now = clock.millis();
        long next = Long.MAX_VALUE;
        List<Long> due = new ArrayList<>();
        for (Map.Entry<Long, Lease> lease : leases.entrySet()) {
            if (lease.getValue().endMillis <= now) {
                due.add(lease.getKey());
            } else {
                next = Math.min(next, lease.getValue().endMillis);
            }
        }
        nextEndMillis = next;
        return due;
    }

    private Lease require(long id) {
        Lease lease = leases.get(id);
        if (lease == null) {
            throw new StoreException(Reason.LEASE_NOT_FOUND, "no lease " + id);
        }
        return lease;
    }
}
