package io.felucca.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class FakeClock extends Clock {
    private final List<Runnable> onMove = new CopyOnWriteArrayList<>();
    private final ZoneId zone;
    private volatile Instant now;

    /** Starts at 2026-01-01T00:00:00Z. */
    public FakeClock() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public FakeClock(Instant start) {
        this(start, ZoneOffset.UTC);
    }

    private FakeClock(Instant start, ZoneId zone) {
        this.now = Objects.requireNonNull(start, "start");
        this.zone = zone;
    }

    /** Moves the clock, then runs what was given to {@link #onMove}. */
    public void advance(Duration by) {
        synchronized (this) {
            now = now.plus(by);
        }
        onMove.forEach(Runnable::run);
    }

    /** Sets the clock, also backwards, then runs what was given to {@link #onMove}. */
    public void set(Instant to) {
        synchronized (this) {
            now = to;
        }
        onMove.forEach(Runnable::run);
    }

    /** Runs {@code action} after each move, on the thread that moved the clock. */
    public void onMove(Runnable action) {
        onMove.add(action);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** A separate clock that starts at the same instant: moving one leaves the other alone. */
    @Override
    public Clock withZone(ZoneId other) {
        return new FakeClock(now, other);
    }
}
