package io.felucca.scheduler.api;

import java.util.List;
import java.util.Objects;

/**
 * A plugin's answer.
 *
 * @param reasons what a user reads, such as {@code Insufficient cpu}; counted over all nodes
 */
public record Verdict(Code code, List<String> reasons) {

    /** As upstream's codes. */
    public enum Code {
        SUCCESS,
        /** Not now; other pods leaving could help. */
        UNSCHEDULABLE,
        /** Not now, and no pod leaving could help. */
        UNSCHEDULABLE_AND_UNRESOLVABLE,
        /** Of {@link Permit}: decided later. */
        WAIT,
        /** Nothing to do here. */
        SKIP,
        /** Something broke; tried again after a back-off. */
        ERROR
    }

    public static final Verdict SUCCESS = new Verdict(Code.SUCCESS, List.of());
    public static final Verdict SKIP = new Verdict(Code.SKIP, List.of());
    public static final Verdict WAIT = new Verdict(Code.WAIT, List.of());

    public Verdict {
        Objects.requireNonNull(code, "code");
        reasons = List.copyOf(reasons);
    }

    public static Verdict unschedulable(String... reasons) {
        return new Verdict(Code.UNSCHEDULABLE, List.of(reasons));
    }

    public static Verdict unresolvable(String... reasons) {
        return new Verdict(Code.UNSCHEDULABLE_AND_UNRESOLVABLE, List.of(reasons));
    }

    public static Verdict error(String reason) {
        return new Verdict(Code.ERROR, List.of(reason));
    }

    public boolean succeeded() {
        return code == Code.SUCCESS;
    }

    public boolean skipped() {
        return code == Code.SKIP;
    }

    public boolean rejected() {
        return code == Code.UNSCHEDULABLE || code == Code.UNSCHEDULABLE_AND_UNRESOLVABLE;
    }

    /** The reasons as one text. */
    public String message() {
        return String.join(", ", reasons);
    }
}
