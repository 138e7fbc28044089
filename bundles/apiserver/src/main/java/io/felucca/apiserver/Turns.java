package io.felucca.apiserver;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Lets changes of one key go one after the other, each once the one before it has ended. Who does
 * not care to wait need not take a turn. Thread-safe.
 */
final class Turns {
    static final int MOST_WAITING = 1_000;

    private final Executor executor;

    /** Changed under the lock only; read without it. */
    private final Map<String, Line> lines = new ConcurrentHashMap<>();

    /**
     * Those that wait for a key, with the one whose turn it is.
     *
     * @param last completed at the end of the last one's turn
     */
    private record Line(CompletableFuture<Void> last, int length) {}

    Turns(Executor executor) {
        this.executor = executor;
    }

    /** Whether somebody has a turn, so that a change without one would come upon it. */
    boolean isTaken(String key) {
        return lines.containsKey(key);
    }

    /**
     * Begins the change on the executor, when its turn has come.
     *
     * @throws RejectedExecutionException if too many wait for the key
     */
    <T> CompletionStage<T> take(String key, Supplier<CompletionStage<T>> change) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Void> before = join(key, end);
        return before.thenComposeAsync(nothing -> change.get(), executor)
                .whenComplete(
                        (result, failure) -> {
                            leave(key);
                            end.complete(null);
                        });
    }

    private synchronized CompletableFuture<Void> join(String key, CompletableFuture<Void> end) {
        Line line = lines.get(key);
        if (line == null) {
            lines.put(key, new Line(end, 1));
            return CompletableFuture.completedFuture(null);
        }
        if (line.length > MOST_WAITING) {
            throw new RejectedExecutionException("too many changes wait for " + key);
        }
        lines.put(key, new Line(end, line.length + 1));
        return line.last;
    }

    private synchronized void leave(String key) {
        Line line = lines.get(key);
        if (line.length == 1) {
            lines.remove(key);
        } else {
            lines.put(key, new Line(line.last, line.length - 1));
        }
    }
}
