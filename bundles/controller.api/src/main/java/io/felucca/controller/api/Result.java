package io.felucca.controller.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Whether and when to come back to a key without being told. */
public record Result(Optional<Duration> after) {
    private static final Result DONE = new Result(Optional.empty());

    public Result {
        Objects.requireNonNull(after, "after");
    }

    public static Result done() {
        return DONE;
    }

    public static Result requeueAfter(Duration delay) {
        return new Result(Optional.of(delay));
    }
}
