package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Told of each pod that was bound. Not on the cycle thread. */
@ConsumerType
public interface PostBind extends Plugin {
    void postBind(CycleState state, PodInfo pod, String node);
}
