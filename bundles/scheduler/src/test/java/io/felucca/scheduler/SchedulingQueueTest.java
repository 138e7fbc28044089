package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.client.api.Key;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.scheduler.SchedulingQueue.Admission;
import io.felucca.scheduler.SchedulingQueue.Entry;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.plugins.PrioritySort;
import io.felucca.testing.MetricsText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {
    private Admission admission = Admission.GO;
    private final SchedulerMetrics metrics = new SchedulerMetrics(() -> 0);
    private final SchedulingQueue queue = new SchedulingQueue(pod -> admission, metrics);

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
        queue.wake(entry -> entry.rejectedBy().contains("NodePorts"), 60_000, "NodeAdd");
        assertNull(queue.pop());
        queue.wake(entry -> entry.rejectedBy().contains("NodeAffinity"), 60_000, "NodeAdd");
        Entry again = queue.pop();
        assertNotNull(again);
        queue.reject(again, Set.of("NodeAffinity"), 60_000);
        queue.wake(entry -> true, 60_500, "NodeAdd");
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
        queue.wake(entry -> true, 1_000_000, "NodeAdd");
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
        queue.wake(entry -> true, 0, "NodeAdd");
        assertNull(queue.pop());
        admission = Admission.GO;
        queue.wake(entry -> true, 0, "NodeAdd");
        assertEquals(1, queue.pop().attempts());
    }

    private static Key key(String name) {
        return new Key("default", name);
    }

    private static PodInfo info(String name) {
        return new PodInfo(Objects.plainPod(name));
    }

    private MetricsText metrics() {
        byte[] text = Exposition.write(List.of(metrics.set()), Format.TEXT);
        return MetricsText.parse(new String(text, StandardCharsets.UTF_8));
    }

    private double pending(String where) {
        return metrics().value("scheduler_pending_pods", "queue", where).orElseThrow();
    }

    private double came(String event, String where) {
        return metrics()
                .value("scheduler_queue_incoming_pods_total", "event", event, "queue", where)
                .orElse(0.0);
    }

    @Test
    void whereEveryPodWaitsIsCounted() {
        queue.add(key("a"), info("a"), 0);
        queue.add(key("b"), info("b"), 0);
        admission = Admission.heldBackBy("SchedulingGates");
        queue.add(key("c"), info("c"), 0);
        assertEquals(2, pending("active"));
        assertEquals(1, pending("gated"));
        admission = Admission.GO;
        queue.reject(queue.pop(), Set.of("NodeAffinity"), 0);
        assertTrue(queue.retry(queue.pop(), 0));
        assertEquals(0, pending("active"));
        assertEquals(1, pending("unschedulable"));
        assertEquals(1, pending("backoff"));
        queue.tick(1_000);
        assertEquals(1, pending("active"));
        queue.wake(entry -> true, 60_000, "NodeAdd");
        assertEquals(3, pending("active"));
        assertEquals(0, pending("gated"));
        assertEquals(2, came("NodeAdd", "active"));
        assertEquals(2, came("PodAdd", "active"));
        assertEquals(1, came("BackoffComplete", "active"));
        assertEquals(1, came("ScheduleAttemptFailure", "unschedulable"));
        queue.remove(key("a"));
        queue.finish(queue.pop());
        assertEquals(1, pending("active"));
    }
}
