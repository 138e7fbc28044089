package io.felucca.scheduler.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Lets a reserved pod go on to its node now, later or not at all. */
@ConsumerType
public interface Permit extends Plugin {
    Answer permit(CycleState state, PodInfo pod, String node);

    /**
     * @param verdict {@link Verdict.Code#WAIT} if {@code later} decides
     * @param later completed by the plugin, on any thread
     * @param timeout after which a waiting pod is rejected
     */
    record Answer(Verdict verdict, CompletionStage<Verdict> later, Duration timeout) {
        public static final Answer GO = now(Verdict.SUCCESS);

        public static Answer now(Verdict verdict) {
            return new Answer(verdict, CompletableFuture.completedFuture(verdict), Duration.ZERO);
        }

        public static Answer waitFor(CompletionStage<Verdict> later, Duration timeout) {
            return new Answer(Verdict.WAIT, later, timeout);
        }
    }
}
