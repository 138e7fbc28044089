package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Ranks the nodes that are left. Called for each of them: it must be quick. */
@ConsumerType
public interface Score extends Plugin {
    long MAX = 100;

    long score(CycleState state, PodInfo pod, NodeInfo node);

    /** Brings the scores into 0 to {@link #MAX}, in place. */
    default void normalize(CycleState state, PodInfo pod, long[] scores) {
        // Most scores are in range already.
    }

    /** Scales so that the highest is {@link #MAX}; reversed, so that the highest is 0. */
    static void scale(long[] scores, boolean reversed) {
        long highest = 0;
        for (long score : scores) {
            highest = Math.max(highest, score);
        }
        for (int i = 0; i < scores.length; i++) {
            long scaled = highest == 0 ? 0 : scores[i] * MAX / highest;
            scores[i] = reversed ? MAX - scaled : scaled;
        }
    }
}
