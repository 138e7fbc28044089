package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.apiserver.api.Aggregation.Group;
import io.felucca.apiserver.api.Aggregation.Remote;
import io.felucca.apiserver.api.Aggregation.Version;
import io.felucca.apiserver.api.Aggregation.View;
import io.felucca.machinery.ApiException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The aggregator that is there now. While it is swapped, what it last said stands, and who wants to
 * connect waits a moment for the next one. Thread-safe.
 */
final class Aggregated {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private volatile Aggregation current;
    private volatile Known known = new Known(View.NONE, Map.of());

    /** A version of a group. */
    record ApiVersion(String group, String version) {}

    private record Known(View view, Map<ApiVersion, Remote> remotes) {}

    void come(Aggregation next) {
        lock.lock();
        try {
            current = next;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void go(Aggregation last) {
        known();
        lock.lock();
        try {
            // A better one may have come already.
            if (last.equals(current)) {
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }

    View view() {
        return known().view();
    }

    private Known known() {
        Aggregation now = current;
        Known last = known;
        if (now == null) {
            return last;
        }
        View view = now.view();
        if (view.generation() != last.view().generation()) {
            Map<ApiVersion, Remote> remotes = new HashMap<>();
            for (Group group : view.groups()) {
                for (Version version : group.versions()) {
                    if (version.remote() != null) {
                        remotes.put(new ApiVersion(group.name(), version.name()), version.remote());
                    }
                }
            }
            last = new Known(view, Map.copyOf(remotes));
            known = last;
        }
        return last;
    }

    /** The version that a path is of, if another server serves that. */
    Optional<ApiVersion> remote(RequestPath path) {
        Map<ApiVersion, Remote> remotes = known().remotes();
        return remotes.isEmpty()
                ? Optional.empty()
                : path.apiVersion().filter(remotes::containsKey);
    }

    /** What another server says of itself. */
    Optional<Aggregation.Documents> documents(ApiVersion version) {
        return Optional.ofNullable(known().remotes().get(version)).map(Remote::documents);
    }

    /**
     * Where a request for the version goes; for workers, who may wait.
     *
     * @throws ApiException 503 if nobody is there to answer it
     */
    Connection connect(ApiVersion version) {
        await();
        Remote remote = known().remotes().get(version);
        if (remote == null) {
            throw ApiException.unavailable("service unavailable", 1);
        }
        return remote.connect();
    }

    private void await() {
        lock.lock();
        try {
            long left = CurrentServer.WAIT_NANOS;
            while (current == null && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is being replaced", 1);
        } finally {
            lock.unlock();
        }
        if (current == null) {
            throw ApiException.unavailable("the aggregator is being replaced", 1);
        }
    }
}
