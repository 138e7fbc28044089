package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.client.api.Key;
import io.felucca.scheduler.SchedulingQueue.Admission;
import io.felucca.scheduler.SchedulingQueue.Entry;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.plugins.PrioritySort;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {
    private Admission admission = Admission.GO;
    private final SchedulingQueue queue = new SchedulingQueue(pod -> admission);

    @Test
    void backOffDoublesFromOneSecondToTen() {
        queue.add(key("web"), info("web"), 0);
        long now = 0;
        for (long expected : new long[] {1_000, 2_000, 4_000, 8_000, 10_000, 10_000}) {
            Entry entry = queue.pop();
            assertTrue(queue.retry(entry, now));
            assertEquals(now + expected, queue.nextDue().orElseThrow());
            queue.tick(now + expected - 1);
            assertNull(queue.pop());
            now += expected;
            queue.tick(now);
        }
    }

    @Test
    void rejectedPodWaitsForAChangeThatHelpsAndForItsBackOff() {
        queue.add(key("web"), info("web"), 0);
        queue.reject(queue.pop(), Set.of("NodeAffinity"), 0);
        queue.tick(60_000);
        assertNull(queue.pop());
        queue.wake(entry -> entry.rejectedBy().contains("NodePorts"), 60_000);
        assertNull(queue.pop());
        queue.wake(entry -> entry.rejectedBy().contains("NodeAffinity"), 60_000);
        Entry again = queue.pop();
        assertNotNull(again);
        queue.reject(again, Set.of("NodeAffinity"), 60_000);
        queue.wake(entry -> true, 60_500);
        assertNull(queue.pop(), "woken, but its back-off is not over");
        queue.tick(62_000);
        assertNotNull(queue.pop());
    }

    @Test
    void podThatNothingSeemedToHelpIsTriedAgainAfterFiveMinutes() {
        queue.add(key("web"), info("web"), 0);
        queue.reject(queue.pop(), Set.of("NodeAffinity"), 0);
        assertEquals(300_000, queue.nextDue().orElseThrow());
        queue.tick(299_999);
        assertNull(queue.pop());
        queue.tick(300_000);
        assertNotNull(queue.pop());
    }

    @Test
    void removedPodIsForgottenInEveryState() {
        queue.add(key("active"), info("active"), 0);
        queue.remove(key("active"));
        assertNull(queue.pop());
        queue.add(key("flying"), info("flying"), 0);
        Entry flying = queue.pop();
        queue.remove(key("flying"));
        assertFalse(queue.retry(flying, 0));
        assertFalse(queue.reject(flying, Set.of(), 0));
        queue.add(key("waiting"), info("waiting"), 0);
        queue.reject(queue.pop(), Set.of("x"), 0);
        queue.remove(key("waiting"));
        queue.wake(entry -> true, 1_000_000);
        assertNull(queue.pop());
        assertTrue(queue.nextDue().isEmpty());
        assertEquals(0, queue.size());
    }

    @Test
    void entryInFlightDoesNotEndALaterPodOfItsName() {
        queue.add(key("web"), info("web"), 0);
        Entry first = queue.pop();
        queue.remove(key("web"));
        queue.add(key("web"), info("web"), 0);
        queue.finish(first);
        assertTrue(queue.contains(key("web")));
    }

    @Test
    void newOrderAppliesToThoseAlreadyThere() {
        queue.add(key("low"), info("low"), 0);
        queue.add(
                key("high"),
                new PodInfo(
                        Objects.pod("high", "1", "1Gi")
                                .editSpec()
                                .withPriority(5)
                                .endSpec()
                                .build()),
                0);
        queue.orderBy(new PrioritySort()::compare);
        assertEquals("high", queue.pop().pod().name());
        assertEquals("low", queue.pop().pod().name());
    }

    @Test
    void heldBackPodIsAskedAgainWhenWoken() {
        admission = Admission.heldBackBy("SchedulingGates");
        queue.add(key("web"), info("web"), 0);
        queue.wake(entry -> true, 0);
        assertNull(queue.pop());
        admission = Admission.GO;
        queue.wake(entry -> true, 0);
        assertEquals(1, queue.pop().attempts());
    }

    private static Key key(String name) {
        return new Key("default", name);
    }

    private static PodInfo info(String name) {
        return new PodInfo(Objects.plainPod(name));
    }
}
