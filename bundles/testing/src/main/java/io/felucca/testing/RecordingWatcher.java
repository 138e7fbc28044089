package io.felucca.testing;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what a watch delivered and lets a test wait for it. Thread-safe. */
public final class RecordingWatcher implements Watcher {
    private final List<Change> changes = new ArrayList<>();
    private final List<List<Change>> batches = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private long progress;
    private Optional<StoreException> end = Optional.empty();

    @Override
    public synchronized void onChanges(List<Change> batch) {
        check(!batch.isEmpty(), "an empty batch");
        for (Change change : batch) {
            long seen = changes.isEmpty() ? 0 : changes.get(changes.size() - 1).revision();
            check(change.revision() >= seen, change.revision() + " came after " + seen);
            check(change.revision() > progress, change.revision() + " came after its progress");
            changes.add(change);
        }
        if (!batches.isEmpty() && !batch.isEmpty()) {
            List<Change> before = batches.get(batches.size() - 1);
            check(
                    before.get(before.size() - 1).revision() != batch.get(0).revision(),
                    "revision " + batch.get(0).revision() + " was torn");
        }
        batches.add(List.copyOf(batch));
        notifyAll();
    }

    @Override
    public synchronized void onProgress(long revision) {
        check(revision >= progress, "progress went back");
        progress = revision;
        notifyAll();
    }

    @Override
    public synchronized void onEnd(StoreException reason) {
        end = Optional.of(reason);
        notifyAll();
    }

    public synchronized List<Change> changes() {
        return List.copyOf(changes);
    }

    /** The revision of the last progress or change, 0 if there was none. */
    public synchronized long reached() {
        long changed = changes.isEmpty() ? 0 : changes.get(changes.size() - 1).revision();
        return Math.max(progress, changed);
    }

    public synchronized Optional<StoreException> end() {
        return end;
    }

    /** Waits until all up to a revision was delivered; gives the changes. */
    public List<Change> awaitRevision(long revision) {
        await("revision " + revision, watcher -> watcher.reached() >= revision);
        return changes();
    }

    /** Waits until there are so many changes; gives them. */
    public List<Change> awaitChanges(int count) {
        await(count + " changes", watcher -> watcher.changes().size() >= count);
        return changes();
    }

    /** Waits for the end and gives its reason. */
    public StoreException.Reason awaitEnd() {
        await("an end", watcher -> watcher.end().isPresent());
        return end().orElseThrow().reason();
    }

    private synchronized void await(String what, Predicate<RecordingWatcher> condition) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.test(this) && faults.isEmpty()) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            if (leftMillis <= 0) {
                throw new AssertionError(
                        "waited for " + what + " but got " + changes.size() + " changes, " + end);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted waiting for " + what, interrupted);
            }
        }
        if (!faults.isEmpty()) {
            throw new AssertionError("the watch broke its promise: " + faults);
        }
    }

    private void check(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }
}
