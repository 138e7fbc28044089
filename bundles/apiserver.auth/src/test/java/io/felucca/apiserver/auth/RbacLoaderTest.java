package io.felucca.apiserver.auth;

import static io.felucca.apiserver.auth.Rbac.ask;
import static io.felucca.apiserver.auth.Rbac.clusterBinding;
import static io.felucca.apiserver.auth.Rbac.clusterRole;
import static io.felucca.apiserver.auth.Rbac.rule;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.UserInfo;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RbacLoaderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final UserInfo JANE = UserInfo.of("jane");

    private final FakeServer server = new FakeServer();
    private final RbacPolicy policy = new RbacPolicy();
    private final RbacLoader loader = new RbacLoader(policy);

    @BeforeEach
    void store() {
        server.put("clusterroles", clusterRole("r", rule("-", "pods", "get")));
        server.put("clusterrolebindings", clusterBinding("b", "r", "User:jane"));
    }

    @AfterEach
    void stop() {
        loader.deactivate();
    }

    @Test
    void whatIsStoredIsLoadedAndFollowed() {
        loader.bindServer(server);
        until(policy::isLoaded);
        assertTrue(mayGetPods());
        server.delete("clusterrolebindings", "", "b");
        until(() -> !mayGetPods());
        server.put("clusterrolebindings", clusterBinding("c", "r", "User:jane"));
        until(this::mayGetPods);
    }

    @Test
    void aWatchThatEndsIsFollowedByANewList() {
        loader.bindServer(server);
        until(policy::isLoaded);
        server.endWatches();
        server.delete("clusterroles", "", "r");
        until(() -> !mayGetPods());
        server.put("clusterroles", clusterRole("r", rule("-", "pods", "*")));
        until(this::mayGetPods);
    }

    @Test
    void aGroupThatIsNotServedYetIsWaitedFor() {
        server.serveOnly("roles", "rolebindings", "clusterroles");
        loader.bindServer(server);
        until(() -> !policy.rulesOf(new RoleKey("", "r")).isEmpty());
        assertFalse(policy.isLoaded());
        server.serveOnly("roles", "rolebindings", "clusterroles", "clusterrolebindings");
        until(policy::isLoaded);
        assertTrue(mayGetPods());
    }

    @Test
    void aNewServerTakesOverAndTheOldOneIsForgotten() {
        loader.bindServer(server);
        until(policy::isLoaded);
        FakeServer successor = new FakeServer();
        loader.bindServer(successor);
        loader.unbindServer(server);
        until(() -> !mayGetPods());
        successor.put("clusterroles", clusterRole("r", rule("-", "pods", "get")));
        successor.put("clusterrolebindings", clusterBinding("b", "r", "User:jane"));
        until(this::mayGetPods);
    }

    private boolean mayGetPods() {
        return policy.allows(ask(JANE, "get", "pods", "a", "p")).isPresent();
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it did not happen in time");
            LockSupport.parkNanos(100_000);
        }
    }
}
