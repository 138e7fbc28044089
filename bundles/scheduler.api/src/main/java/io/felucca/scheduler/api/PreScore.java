package io.felucca.scheduler.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Prepares scoring; {@link Verdict.Code#SKIP} leaves out this plugin's {@link Score}. */
@ConsumerType
public interface PreScore extends Plugin {
    Verdict preScore(CycleState state, PodInfo pod, List<NodeInfo> feasible);
}
