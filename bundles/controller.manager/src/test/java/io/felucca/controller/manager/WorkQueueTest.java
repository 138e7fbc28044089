package io.felucca.controller.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.client.api.Key;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.metrics.MetricSet;
import io.felucca.testing.MetricsText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private static final Key A = Key.clusterScoped("a");
    private static final Key B = Key.clusterScoped("b");

    private final AtomicLong nanos = new AtomicLong();
    private final MetricSet set = new MetricSet();
    private final QueueMetrics metrics = new QueueMetrics(set, nanos::get);
    private final QueueMetrics.One mine = metrics.of("test");
    private final WorkQueue queue = new WorkQueue(mine);

    @Test
    void aKeyWaitsOnceHoweverOftenItComes() {
        assertTrue(queue.add(A));
        assertFalse(queue.add(A));
        assertTrue(queue.add(B));
        assertEquals(Optional.of(A), queue.take());
        assertEquals(Optional.of(B), queue.take());
        assertEquals(Optional.empty(), queue.take());
    }

    @Test
    void aKeyThatComesWhileWorkedOnIsGivenOutAfterAndNotBefore() {
        queue.add(A);
        assertEquals(Optional.of(A), queue.take());
        assertFalse(queue.add(A), "nobody may work on it now");
        assertEquals(Optional.empty(), queue.take());
        assertTrue(queue.done(A));
        assertEquals(Optional.of(A), queue.take());
        assertFalse(queue.done(A));
        assertTrue(queue.idle());
    }

    @Test
    void failuresDoubleThePauseUntilASuccess() {
        assertEquals(Duration.ofMillis(5), queue.failed(A));
        assertEquals(Duration.ofMillis(10), queue.failed(A));
        assertEquals(Duration.ofMillis(20), queue.failed(A));
        assertEquals(Duration.ofMillis(5), queue.failed(B));
        queue.succeeded(A);
        assertEquals(Duration.ofMillis(5), queue.failed(A));
        for (int i = 0; i < 40; i++) {
            assertTrue(queue.failed(B).compareTo(Duration.ofSeconds(1000)) <= 0);
        }
    }

    private MetricsText metrics() {
        byte[] text = Exposition.write(List.of(set), Format.TEXT);
        return MetricsText.parse(new String(text, StandardCharsets.UTF_8));
    }

    private double metric(String name) {
        return metrics().value("workqueue_" + name, "name", "test").orElseThrow();
    }

    @Test
    void whatHappensIsCounted() {
        metrics.observe(() -> List.of(queue));
        Key key = new Key("default", "counted");
        assertTrue(queue.add(key));
        assertFalse(queue.add(key));
        assertEquals(1, metric("adds_total"));
        assertEquals(1, metric("depth"));
        nanos.addAndGet(2_000_000_000L);
        assertEquals(Optional.of(key), queue.take());
        assertEquals(0, metric("depth"));
        assertEquals(2, metric("queue_duration_seconds_sum"));
        nanos.addAndGet(3_000_000_000L);
        assertEquals(3, metric("unfinished_work_seconds"));
        assertEquals(3, metric("longest_running_processor_seconds"));
        Duration unused = queue.failed(key);
        assertFalse(queue.done(key));
        assertEquals(1, metric("retries_total"));
        assertEquals(3, metric("work_duration_seconds_sum"));
        assertEquals(0, metric("unfinished_work_seconds"));
        mine.close();
        assertEquals(Optional.empty(), metrics().value("workqueue_adds_total", "name", "test"));
    }
}
