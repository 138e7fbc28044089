package io.felucca.apiserver;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who holds what must be held alone, as the cache knows it. The applier writes, all read. */
final class Claims {
    private final Map<String, Holder> holders = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> byOwner = new ConcurrentHashMap<>();

    /** The key of the object that holds a claim, and the revision at which it took it. */
    record Holder(String owner, long revision) {}

    /** Null if it is free. */
    Holder holder(String claim) {
        return holders.get(claim);
    }

    Set<String> heldBy(String ownerKey) {
        return byOwner.getOrDefault(ownerKey, Set.of());
    }

    void take(String claim, String ownerKey, long revision) {
        release(claim);
        holders.put(claim, new Holder(ownerKey, revision));
        byOwner.computeIfAbsent(ownerKey, key -> ConcurrentHashMap.newKeySet()).add(claim);
    }

    void release(String claim) {
        Holder holder = holders.remove(claim);
        if (holder != null) {
            byOwner.computeIfPresent(
                    holder.owner(),
                    (key, held) -> {
                        held.remove(claim);
                        return held.isEmpty() ? null : held;
                    });
        }
    }

    void clear() {
        holders.clear();
        byOwner.clear();
    }
}
