package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Turns turns = new Turns(tasks::add);
    private final List<String> begun = new ArrayList<>();

    private void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** A change that ends when its future does. */
    private CompletableFuture<String> take(String key, String name, CompletableFuture<String> end) {
        return turns.take(
                        key,
                        () -> {
                            begun.add(name);
                            return end;
                        })
                .toCompletableFuture();
    }

    private void begin(String key, String name, CompletableFuture<String> end) {
        CompletableFuture<String> unused = take(key, name, end);
    }

    @Test
    void changesOfAKeyGoOneAfterTheOtherAndThoseOfOthersBesideThem() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> third = new CompletableFuture<>();
        begin("a", "first", first);
        CompletableFuture<String> second =
                take("a", "second", CompletableFuture.completedFuture("done"));
        begin("a", "third", third);
        begin("b", "other", new CompletableFuture<>());
        work();
        assertEquals(List.of("first", "other"), begun);
        first.complete("done");
        work();
        assertEquals(List.of("first", "other", "second", "third"), begun);
        assertEquals("done", second.join());
        assertTrue(turns.isTaken("a"));
        third.complete("done");
        work();
        assertFalse(turns.isTaken("a"));
        assertTrue(turns.isTaken("b"));
    }

    @Test
    void aChangeThatFailsPassesTheTurnOn() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> failed = take("a", "first", first);
        CompletableFuture<String> thrown =
                turns.<String>take(
                                "a",
                                () -> {
                                    throw new IllegalStateException("no");
                                })
                        .toCompletableFuture();
        CompletableFuture<String> last =
                take("a", "last", CompletableFuture.completedFuture("done"));
        work();
        first.completeExceptionally(new IllegalStateException("no"));
        work();
        assertThrows(CompletionException.class, failed::join);
        assertThrows(CompletionException.class, thrown::join);
        assertEquals("done", last.join());
        assertFalse(turns.isTaken("a"));
    }

    @Test
    void noMoreThanTheBoundWait() {
        CompletableFuture<String> first = new CompletableFuture<>();
        begin("a", "first", first);
        for (int i = 0; i < Turns.MOST_WAITING; i++) {
            begin("a", "next", CompletableFuture.completedFuture("done"));
        }
        assertThrows(RejectedExecutionException.class, () -> take("a", "too many", first));
        first.complete("done");
        work();
        assertFalse(turns.isTaken("a"));
        assertEquals(1 + Turns.MOST_WAITING, begun.size());
    }
}
