package io.felucca.apiserver;

import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.MetricSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts what the authorizers decide, under upstream's names. Thread-safe, without locks. */
final class AuthorizationMetrics {
    private static final Buckets DURATIONS = Buckets.exponentialSeconds(0.001, 2, 15);

    private final LongSupplier nanoTime;
    private final Result allowed;
    private final Result denied;
    private final Result noOpinion;
    private final Result error;

    private record Result(Counter attempts, Histogram durations) {
        void took(long nanos) {
            attempts.increment();
            durations.observe(nanos);
        }
    }

    AuthorizationMetrics(MetricSet set, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        Family<Counter> attempts =
                set.counters(
                        "authorization_attempts_total", "Questions to the authorizers.", "result");
        Family<Histogram> durations =
                set.histograms(
                        "authorization_duration_seconds",
                        "How long the authorizers took.",
                        DURATIONS,
                        "result");
        allowed = result(attempts, durations, "allowed");
        denied = result(attempts, durations, "denied");
        noOpinion = result(attempts, durations, "no-opinion");
        error = result(attempts, durations, "error");
    }

    private static Result result(
            Family<Counter> attempts, Family<Histogram> durations, String name) {
        return new Result(attempts.of(name), durations.of(name));
    }

    Decision count(Supplier<Decision> question) {
        long startNanos = nanoTime.getAsLong();
        Result result = error;
        try {
            Decision decision = question.get();
            result =
                    switch (decision.verdict()) {
                        case ALLOW -> allowed;
                        case DENY -> denied;
                        case NO_OPINION -> noOpinion;
                    };
            return decision;
        } finally {
            result.took(nanoTime.getAsLong() - startNanos);
        }
    }
}
