package io.felucca.client;

import io.felucca.apiserver.api.ApiServer;
import io.felucca.machinery.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/** The way to the server that is there now; calls wait here while it is being replaced. */
final class ServerGate {
    private static final long WAIT_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<Consumer<ApiServer>> followers = new ArrayList<>();
    private volatile ApiServer server;

    /** Null when it is not there. */
    ApiServer now() {
        return server;
    }

    void arrive(ApiServer newer) {
        List<Consumer<ApiServer>> all;
        lock.lock();
        try {
            server = newer;
            arrived.signalAll();
            all = List.copyOf(followers);
        } finally {
            lock.unlock();
        }
        all.forEach(follower -> follower.accept(newer));
    }

    void depart(ApiServer older) {
        lock.lock();
        try {
            if (server == older) {
                server = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Calls with the server now and with each later one. */
    void follow(Consumer<ApiServer> follower) {
        ApiServer present;
        lock.lock();
        try {
            followers.add(follower);
            present = server;
        } finally {
            lock.unlock();
        }
        if (present != null) {
            follower.accept(present);
        }
    }

    void unfollow(Consumer<ApiServer> follower) {
        lock.lock();
        try {
            followers.remove(follower);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @throws ApiException what the server says, or 503 when there is none in time
     */
    <R> R call(Function<ApiServer, R> use) {
        return use.apply(await());
    }

    /** The same for what completes later. */
    <R> R join(Function<ApiServer, CompletionStage<R>> use) {
        try {
            return use.apply(await()).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private ApiServer await() {
        ApiServer present = server;
        return present != null ? present : awaitArrival();
    }

    private ApiServer awaitArrival() {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
            while (server == null) {
                if (left <= 0) {
                    throw ApiException.unavailable("the API server is being replaced", 1);
                }
                left = arrived.awaitNanos(left);
            }
            return server;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("interrupted while waiting for the API server", 1);
        } finally {
            lock.unlock();
        }
    }
}
