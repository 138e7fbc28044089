package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Keeps what a pod will use on its node, and gives it back if the pod doesn't get there. */
@ConsumerType
public interface Reserve extends Plugin {
    Verdict reserve(CycleState state, PodInfo pod, String node);

    /** Also called for a pod that was never reserved here; must not fail. */
    void unreserve(CycleState state, PodInfo pod, String node);
}
