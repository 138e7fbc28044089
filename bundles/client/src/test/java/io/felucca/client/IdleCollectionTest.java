package io.felucca.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdleCollectionTest {
    private final Pool pool = new Pool(1, Executors.defaultThreadFactory());
    private final IdleCollection collection = new IdleCollection(pool);
    private long young;
    private long full;

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aLoadThatIsOverIsFollowedByOneCollection() {
        looks(20, 10);
        assertEquals(1, looks(20, 0));
        assertEquals(0, looks(100, 0));
    }

    @Test
    void nothingHappensUnderLoad() {
        assertEquals(0, looks(1_000, 2));
    }

    @Test
    void anIdleProcessIsCollectedOnlyOnceInAWhile() {
        int collections = 0;
        for (int i = 0; i < 30; i++) {
            collections += looks(5, 0) + looks(1, 1);
        }
        assertEquals(1, collections);
    }

    @Test
    void whoHasJustBeenCollectedIsLeftAlone() {
        looks(20, 10);
        full++;
        assertEquals(0, looks(100, 0));
    }

    @Test
    void loadsInQuickSuccessionAreCollectedOnceAMinute() {
        looks(20, 10);
        assertEquals(1, looks(5, 0));
        looks(2, 50);
        assertEquals(0, looks(7, 0));
        assertEquals(1, looks(8, 0));
        assertFalse(collection.isDue(young, full));
    }

    /** Looks so often, with so many young collections before each; how often one was due. */
    private int looks(int times, int youngEach) {
        int due = 0;
        for (int i = 0; i < times; i++) {
            young += youngEach;
            if (collection.isDue(young, full)) {
                due++;
                full++;
            }
        }
        return due;
    }
}
