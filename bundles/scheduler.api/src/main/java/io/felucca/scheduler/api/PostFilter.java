package io.felucca.scheduler.api;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Called when no node was left, to make room. The first that succeeds is the last called. */
@ConsumerType
public interface PostFilter extends Plugin {
    /**
     * @param verdicts why each node was refused, by name
     */
    Result postFilter(CycleState state, PodInfo pod, Map<String, Verdict> verdicts);

    /**
     * @param verdict success if room is being made; its reasons end the user's message otherwise
     * @param nominatedNode where, for {@code status.nominatedNodeName}; empty for none
     */
    record Result(Verdict verdict, String nominatedNode) {}
}
