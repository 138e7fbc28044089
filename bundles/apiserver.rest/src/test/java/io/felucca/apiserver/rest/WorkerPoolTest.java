package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
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

    @Test
    void whomAllWorkersWaitForIsServedByOthers() throws Exception {
        WorkerPool pool = new WorkerPool("test", 2, 100);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            pool.submit(
                    () -> {
                        // As a webhook that asks the server before it answers.
                        CompletableFuture<String> webhook = new CompletableFuture<>();
                        pool.submit(() -> webhook.complete("allowed"));
                        answer.complete(webhook.join());
                    });
        }
        for (CompletableFuture<String> answer : answers) {
            assertEquals("allowed", answer.get(10, TimeUnit.SECONDS));
        }
        pool.close();
    }

    @Test
    void asManyWorkAtOnceAsThePoolIsLargeAndNotMore() throws Exception {
        WorkerPool pool = new WorkerPool("test", 2, 2);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(2);
        Runnable work =
                () -> {
                    busy.countDown();
                    try {
                        assertTrue(end.await(30, TimeUnit.SECONDS));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        pool.submit(work);
        pool.submit(work);
        assertTrue(busy.await(30, TimeUnit.SECONDS));
        pool.submit(work);
        pool.submit(work);
        assertThrows(RejectedExecutionException.class, () -> pool.submit(work));
        end.countDown();
        pool.close();
    }
}
