package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Says which nodes can't take a pod. Called for every node looked at: it must be quick. */
@ConsumerType
public interface Filter extends Plugin {
    Verdict filter(CycleState state, PodInfo pod, NodeInfo node);
}
