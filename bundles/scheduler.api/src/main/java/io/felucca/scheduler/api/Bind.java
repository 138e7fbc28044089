package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Binds a pod to its node; {@link Verdict.Code#SKIP} leaves it to the next. May block; not on the
 * cycle thread.
 */
@ConsumerType
public interface Bind extends Plugin {
    Verdict bind(CycleState state, PodInfo pod, String node);
}
