package io.felucca.scheduler;

import io.felucca.scheduler.api.Bind;
import io.felucca.scheduler.api.PostBind;
import io.felucca.scheduler.api.PreBind;
import io.felucca.scheduler.api.Verdict;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds beside the cycle thread. Thread-safe. */
final class Binder {
    private static final Logger LOG = LoggerFactory.getLogger(Binder.class);

    private final Executor threads;

    Binder(Executor threads) {
        this.threads = threads;
    }

    /** Calls {@code done} once, on any thread, with success or what went wrong. */
    void bind(Attempt attempt, BiConsumer<Attempt, Verdict> done) {
        try {
            threads.execute(() -> done.accept(attempt, bind(attempt)));
        } catch (RejectedExecutionException e) {
            done.accept(attempt, Verdict.error("the scheduler is being stopped"));
        }
    }

    private static Verdict bind(Attempt attempt) {
        try {
            for (PreBind plugin : attempt.plugins().preBinds) {
                Verdict verdict = plugin.preBind(attempt.state(), attempt.pod(), attempt.node());
                if (!verdict.succeeded() && !verdict.skipped()) {
                    return new Verdict(
                            verdict.code(),
                            java.util.List.of(Failures.running("PreBind", plugin, verdict)));
                }
            }
            return bindByFirst(attempt);
        } catch (RuntimeException e) {
            LOG.warn("binding {} to {} failed", attempt.pod(), attempt.node(), e);
            return Verdict.error(String.valueOf(e.getMessage()));
        }
    }

    private static Verdict bindByFirst(Attempt attempt) {
        for (Bind plugin : attempt.plugins().binds) {
            Verdict verdict = plugin.bind(attempt.state(), attempt.pod(), attempt.node());
            if (verdict.succeeded()) {
                tell(attempt);
                return verdict;
            }
            if (!verdict.skipped()) {
                return Verdict.error(Failures.running("Bind", plugin, verdict));
            }
        }
        return Verdict.error(
                "no Bind plugin of profile "
                        + attempt.plugins().profile().name()
                        + " took the pod");
    }

    /** The pod is bound: what fails here can't undo that. */
    private static void tell(Attempt attempt) {
        for (PostBind plugin : attempt.plugins().postBinds) {
            try {
                plugin.postBind(attempt.state(), attempt.pod(), attempt.node());
            } catch (RuntimeException e) {
                LOG.warn("PostBind plugin {} failed on {}", plugin.name(), attempt.pod(), e);
            }
        }
    }
}
