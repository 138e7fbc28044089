package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What all extension points have in common. Everything but {@link PreBind}, {@link Bind} and {@link
 * PostBind} is called on the scheduler's one cycle thread, so it must not block; what it throws
 * fails the attempt, which is then repeated after a back-off.
 */
@ConsumerType
public interface Plugin {
    /** The service property with {@link #name}. */
    String NAME = "scheduler.plugin";

    /** Upstream's name where there is one, such as {@code NodeAffinity}. */
    String name();

    /**
     * Whether a change of the cluster may make a pod schedulable that this plugin rejected. A
     * needless yes costs an attempt; a wrong no leaves the pod waiting for up to five minutes.
     */
    default boolean mayHelp(ClusterChange change, PodInfo pod) {
        return true;
    }
}
