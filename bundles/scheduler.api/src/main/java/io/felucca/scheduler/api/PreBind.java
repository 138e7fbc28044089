package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Does what must be done before a pod is bound. May block; not on the cycle thread. */
@ConsumerType
public interface PreBind extends Plugin {
    Verdict preBind(CycleState state, PodInfo pod, String node);
}
