package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.ApiServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Keeps the {@link RbacPolicy} at what the server stores, with one thread for all its sources. */
@Component(
        service = {},
        immediate = true)
public final class RbacLoader {
    private final RbacPolicy policy;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = Executors.defaultThreadFactory().newThread(task);
                        thread.setName("rbac-loader");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final List<RbacFollower> followers = new ArrayList<>();
    private ApiServer following;

    @Activate
    public RbacLoader(@Reference RbacPolicy policy) {
        this.policy = policy;
    }

    /** While there is no server, what was last read goes on to hold. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindServer(ApiServer server) {
        stop();
        following = server;
        for (RbacPolicy.Source source : RbacPolicy.Source.values()) {
            RbacFollower follower = new RbacFollower(server, source, policy, executor);
            followers.add(follower);
            follower.start();
        }
    }

    /** A successor may have been bound before. */
    synchronized void unbindServer(ApiServer server) {
        if (following == server) {
            stop();
            following = null;
        }
    }

    @Deactivate
    synchronized void deactivate() {
        stop();
        executor.shutdownNow();
    }

    private void stop() {
        followers.forEach(RbacFollower::close);
        followers.clear();
    }
}
