package io.felucca.client;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Has the whole heap collected once a load is over. The serial collector gives memory back to the
 * machine only in a full collection, and a process that has become quiet may not come to one for
 * hours. The pause comes when few notice it, and at most once a minute.
 *
 * <p>It stands here because whoever follows the cluster needs this bundle, in every role. On one
 * thread at a time.
 */
final class IdleCollection {
    private static final long LOOK_MILLIS = 5_000;
    private static final int QUIET_LOOKS = 3;
    private static final int LEAST_LOOKS_BETWEEN = 12;

    /** Fewer can't have left much behind: an idle process has these in ten minutes. */
    private static final int LEAST_YOUNG_COLLECTIONS = 20;

    private final Pool pool;
    private long youngBefore;
    private long fullBefore;
    private long youngAtFull;
    private int quietLooks;
    private int looksSinceDue = LEAST_LOOKS_BETWEEN;

    IdleCollection(Pool pool) {
        this.pool = pool;
    }

    /** Does nothing where the collector is another one, which knows itself when to give back. */
    void start() {
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        if (collectors.get(0).getName().equals("Copy")) {
            pool.after(LOOK_MILLIS, () -> look(collectors.get(0), collectors.get(1)));
        }
    }

    private void look(GarbageCollectorMXBean young, GarbageCollectorMXBean full) {
        if (isDue(young.getCollectionCount(), full.getCollectionCount())) {
            System.gc();
        }
        pool.after(LOOK_MILLIS, () -> look(young, full));
    }

    /**
     * Asked at equal intervals with the number of collections up to now.
     *
     * @return whether much was allocated since the last full collection, and nothing much is now
     */
    boolean isDue(long young, long full) {
        quietLooks = young - youngBefore <= 1 ? quietLooks + 1 : 0;
        youngBefore = young;
        looksSinceDue++;
        if (full != fullBefore) {
            fullBefore = full;
            youngAtFull = young;
        }
        boolean due =
                quietLooks >= QUIET_LOOKS
                        && looksSinceDue >= LEAST_LOOKS_BETWEEN
                        && young - youngAtFull >= LEAST_YOUNG_COLLECTIONS;
        if (due) {
            looksSinceDue = 0;
        }
        return due;
    }
}
