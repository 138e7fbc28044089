package io.felucca.scheduler.plugins;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was worked out for templates, of which it keeps those used last. Not thread-safe. */
final class LatelyUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private static final int MOST = 32;

    LatelyUsed() {
        super(MOST * 2, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST;
    }
}
