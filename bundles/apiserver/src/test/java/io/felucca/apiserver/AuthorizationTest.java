package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.felucca.apiserver.api.Authorizer;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.metrics.MetricSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AuthorizationTest {
    private final AtomicLong nanoTime = new AtomicLong();
    private final Authorization authorization =
            new Authorization(
                    new Patience(nanoTime::get),
                    new AuthorizationMetrics(new MetricSet(), nanoTime::get));
    private final Authorizer open = Harbour.allow();

    AuthorizationTest() {
        authorization.add(attributes -> Authorizer.Decision.NO_OPINION, 1);
        authorization.add(open, 0);
    }

    private void check() {
        authorization.check(Harbour.request("get", "argo"));
    }

    @Test
    void whileOneIsReplacedTheOthersDoNotDecide() {
        authorization.remove(open);
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<Void> checked =
                CompletableFuture.runAsync(
                        () -> {
                            caller.set(Thread.currentThread());
                            check();
                        });
        Harbour.eventually(() -> checked.isDone() || isWaiting(caller.get()));
        assertFalse(checked.isDone());
        authorization.add(open, 0);
        checked.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static boolean isWaiting(Thread thread) {
        return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
    }

    @Test
    void withoutOneThatStaysAwayTheOthersDecide() {
        authorization.remove(open);
        nanoTime.set(Patience.MOMENT_NANOS);
        assertEquals(
                StatusReason.Forbidden, assertThrows(ApiException.class, this::check).reason());
        // Nor is it waited for when time stands still.
        nanoTime.set(0);
        assertThrows(ApiException.class, this::check);
        authorization.add(open, 0);
        check();
    }
}
