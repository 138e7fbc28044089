package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The API server that is there now. While it is swapped, calls of this bundle's {@linkplain
 * WorkerPool workers} wait for the next one, a moment that counts from when the last one went, and
 * then get 503. Other threads can't wait: they get {@link Away} and hand over to a worker. A
 * departure waits for the calls that are inside, so that none meets a server that is closing.
 * Thread-safe.
 */
final class CurrentServer implements ApiServer {
    static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** No server is there, and the caller is a thread that must not wait. */
    static final class Away extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Away() {
            super("the API server is being replaced", null, false, false);
        }
    }

    private final AtomicLong inside = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile ApiServer current;
    private volatile long goneSinceNanos = System.nanoTime();
    private volatile boolean ended;

    void come(ApiServer server) {
        current = server;
        signal();
    }

    /** Returns once no call is inside any more, or after a moment. */
    void go(ApiServer server) {
        lock.lock();
        try {
            // A better one may have come already.
            if (server.equals(current)) {
                goneSinceNanos = System.nanoTime();
                current = null;
                long left = WAIT_NANOS / 4;
                while (inside.get() > 0 && current == null && left > 0) {
                    left = changed.awaitNanos(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody waits any more, for good. */
    void end() {
        ended = true;
        signal();
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T call(Function<ApiServer, T> use) {
        while (true) {
            inside.incrementAndGet();
            try {
                ApiServer server = current;
                if (server != null) {
                    return use.apply(server);
                }
            } finally {
                if (inside.decrementAndGet() == 0 && current == null) {
                    signal();
                }
            }
            await();
        }
    }

    private void await() {
        if (!WorkerPool.isWorker()) {
            throw new Away();
        }
        lock.lock();
        try {
            while (current == null) {
                long left = goneSinceNanos + WAIT_NANOS - System.nanoTime();
                if (ended || left <= 0) {
                    throw ApiException.unavailable("the API server is not there now", 1);
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is being replaced", 1);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Resources resources() {
        return call(ApiServer::resources);
    }

    @Override
    public void authorize(ApiRequest request) {
        call(
                server -> {
                    server.authorize(request);
                    return true;
                });
    }

    @Override
    public void authorize(ApiRequest request, ListOptions options) {
        call(
                server -> {
                    server.authorize(request, options);
                    return true;
                });
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        call(
                server -> {
                    server.authorizeNonResource(user, verb, path);
                    return true;
                });
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
        return call(server -> server.create(request, body));
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, byte[] json) {
        return call(server -> server.create(request, json));
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body) {
        return call(server -> server.act(request, body));
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, byte[] json) {
        return call(server -> server.act(request, json));
    }

    @Override
    public void admitConnection(ApiRequest request, ObjectNode options) {
        call(
                server -> {
                    server.admitConnection(request, options);
                    return true;
                });
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        return call(server -> server.update(request, body));
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, byte[] json) {
        return call(server -> server.update(request, json));
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch patch) {
        return call(server -> server.patch(request, patch));
    }

    @Override
    public CompletionStage<StoredObject> modify(
            GroupVersionResource resource,
            String namespace,
            String name,
            UnaryOperator<ObjectNode> change) {
        return call(server -> server.modify(resource, namespace, name, change));
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        return call(server -> server.delete(request, options));
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        return call(server -> server.deleteCollection(request, list, options));
    }

    @Override
    public CompletionStage<Void> caughtUp() {
        return call(ApiServer::caughtUp);
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        return call(server -> server.get(request, resourceVersion));
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        return call(server -> server.list(request, options));
    }

    @Override
    public WatchCursor watch(ApiRequest request, ListOptions options) {
        return call(server -> server.watch(request, options));
    }
}
