package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.OptionalLong;

/** How well a pod is served when the node runs short. */
enum Qos {
    Guaranteed,
    Burstable,
    BestEffort;

    private static final int GUARANTEED_SCORE = -997;
    private static final int CRITICAL_PRIORITY = 2_000_000_000;

    static Qos of(Pod pod) {
        boolean anything = false;
        boolean everything = true;
        for (Container container : Containers.all(pod)) {
            for (String resource : List.of(Quantities.CPU, Quantities.MEMORY)) {
                long limit = Quantities.of(Quantities.limits(container), resource).orElse(0);
                OptionalLong given = Quantities.of(Quantities.requests(container), resource);
                // A limit without a request stands for both.
                long request = given.orElse(limit);
                anything |= limit > 0 || request > 0;
                everything &= limit > 0 && limit == request;
            }
        }
        if (!anything) {
            return BestEffort;
        }
        return everything ? Guaranteed : Burstable;
    }

    /** The kernel's oom_score_adj: -997 is killed last, 1000 first. */
    static int oomScore(Pod pod, Container container, long nodeMemoryBytes) {
        Integer priority = pod.getSpec().getPriority();
        if (priority != null && priority >= CRITICAL_PRIORITY) {
            return GUARANTEED_SCORE;
        }
        return switch (of(pod)) {
            case Guaranteed -> GUARANTEED_SCORE;
            case BestEffort -> 1000;
            case Burstable -> {
                long request = Quantities.request(container, Quantities.MEMORY);
                long score = 1000 - 1000 * request / nodeMemoryBytes;
                yield (int) Math.min(999, Math.max(1000 + GUARANTEED_SCORE, score));
            }
        };
    }
}
