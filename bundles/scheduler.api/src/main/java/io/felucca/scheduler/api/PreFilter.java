package io.felucca.scheduler.api;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Looks at the pod, and at the cluster as a whole, once before nodes are filtered. */
@ConsumerType
public interface PreFilter extends Plugin {
    Result preFilter(CycleState state, PodInfo pod);

    /**
     * @param verdict {@link Verdict.Code#SKIP} to leave out this plugin's {@link Filter}
     * @param nodes the only nodes to look at, if it knows
     */
    record Result(Verdict verdict, Optional<Set<String>> nodes) {
        public static final Result SUCCESS = new Result(Verdict.SUCCESS, Optional.empty());
        public static final Result SKIP = new Result(Verdict.SKIP, Optional.empty());

        public static Result of(Verdict verdict) {
            return new Result(verdict, Optional.empty());
        }

        public static Result only(Set<String> nodes) {
            return new Result(Verdict.SUCCESS, Optional.of(Set.copyOf(nodes)));
        }
    }
}
