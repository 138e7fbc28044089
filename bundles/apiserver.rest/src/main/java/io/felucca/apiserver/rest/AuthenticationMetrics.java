package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.UserInfo;
import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.MetricSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts who was known and who was not, under upstream's names. Thread-safe, without locks. */
final class AuthenticationMetrics {
    private static final Buckets DURATIONS = Buckets.exponentialSeconds(0.001, 2, 15);

    private final LongSupplier nanoTime;
    private final Result success;
    private final Result failure;

    private record Result(Counter attempts, Histogram durations) {
        void took(long nanos) {
            attempts.increment();
            durations.observe(nanos);
        }
    }

    AuthenticationMetrics(MetricSet set, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        Family<Counter> attempts =
                set.counters(
                        "authentication_attempts", "Requests that say who sends them.", "result");
        Family<Histogram> durations =
                set.histograms(
                        "authentication_duration_seconds",
                        "How long it took to know who sends a request.",
                        DURATIONS,
                        "result");
        success = new Result(attempts.of("success"), durations.of("success"));
        failure = new Result(attempts.of("failure"), durations.of("failure"));
    }

    UserInfo count(Supplier<UserInfo> authentication) {
        long startNanos = nanoTime.getAsLong();
        Result result = failure;
        try {
            UserInfo user = authentication.get();
            result = success;
            return user;
        } finally {
            result.took(nanoTime.getAsLong() - startNanos);
        }
    }
}
