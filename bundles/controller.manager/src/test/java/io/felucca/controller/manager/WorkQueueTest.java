package io.felucca.controller.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.client.api.Key;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private static final Key A = Key.clusterScoped("a");
    private static final Key B = Key.clusterScoped("b");

    private final WorkQueue queue = new WorkQueue();

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
}
