package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
    @Test
    void whatWasTakenIsDoneThoughTheEndDoesNotWaitForIt() throws Exception {
        WorkerPool pool = new WorkerPool("test", 1, 10);
        CountDownLatch slow = new CountDownLatch(1);
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        CompletableFuture<String> queued = new CompletableFuture<>();
        pool.submit(
                () -> {
                    try {
                        begun.complete(slow.await(30, TimeUnit.SECONDS));
                    } catch (InterruptedException e) {
                        begun.completeExceptionally(e);
                    }
                });
        pool.submit(() -> queued.complete("done"));
        pool.close();
        assertThrows(RejectedExecutionException.class, () -> pool.submit(() -> {}));
        slow.countDown();
        assertTrue(begun.get(30, TimeUnit.SECONDS));
        assertEquals("done", queued.get(30, TimeUnit.SECONDS));
    }
}
