package io.felucca.apiserver.flowcontrol;

import io.felucca.apiserver.api.FlowControl.Asked;
import io.felucca.apiserver.api.FlowControl.State;
import io.felucca.apiserver.api.FlowControl.Ticket;
import io.felucca.apiserver.api.FlowControl.Waiting;
import java.util.concurrent.atomic.AtomicReference;

/** One request at its level. */
final class Place implements Ticket, FairQueues.Seat {
    private enum Phase {
        WAITING,
        SERVED,
        DONE
    }

    private final Level level;
    private final Schema schema;
    private final Stats stats;
    private final Asked asked;
    private final Waiting caller;
    private final long enteredNanos;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);

    /** Written before {@link Level#enter} gives this away. */
    private State state = State.WAITING;

    private volatile long servedNanos;

    // The level's, under its lock.
    FairQueues queues;
    FairQueues.Queue queue;

    Place(Level level, Schema schema, Stats stats, Asked asked, Waiting caller, long nowNanos) {
        this.level = level;
        this.schema = schema;
        this.stats = stats;
        this.asked = asked;
        this.caller = caller;
        this.enteredNanos = nowNanos;
    }

    /** It need not wait. */
    Place serveAtOnce() {
        state = State.SERVED;
        begin(enteredNanos);
        return this;
    }

    Place refuseAtOnce(String reason) {
        state = State.REFUSED;
        phase.set(Phase.DONE);
        stats.reject(reason);
        return this;
    }

    void waits() {
        stats.waiting.add(1);
    }

    /** Its turn has come; false if it has left meanwhile. */
    boolean serve(long nowNanos) {
        if (phase.get() != Phase.WAITING) {
            return false;
        }
        stats.waiting.add(-1);
        stats.waited.observe(nowNanos - enteredNanos);
        begin(nowNanos);
        return true;
    }

    private void begin(long nowNanos) {
        servedNanos = nowNanos;
        stats.dispatched.increment();
        stats.executing.add(1);
        stats.seats.add(asked.width());
        stats.widths.observe(asked.width());
        phase.set(Phase.SERVED);
    }

    void tellServed() {
        caller.served(this);
    }

    /** It may wait no longer; the level has taken it out of its queue. */
    void refuse(String reason, long nowNanos) {
        if (phase.compareAndSet(Phase.WAITING, Phase.DONE)) {
            stats.waitedInVain.observe(nowNanos - enteredNanos);
            stats.waiting.add(-1);
            stats.reject(reason);
            caller.refused(this);
        }
    }

    /** It left its queue by itself. */
    void left() {
        stats.waiting.add(-1);
        stats.reject("cancelled");
    }

    boolean waitsSince(long nanos) {
        return enteredNanos - nanos < 0;
    }

    long servedNanos() {
        return servedNanos;
    }

    @Override
    public void done() {
        if (phase.compareAndSet(Phase.SERVED, Phase.DONE)) {
            stats.executing.add(-1);
            stats.seats.add(-asked.width());
            stats.executed.observe(level.release(this));
        } else if (phase.get() == Phase.WAITING) {
            level.leave(this);
        }
    }

    /** Under the level's lock; false if it was served just before. */
    boolean giveUp() {
        return phase.compareAndSet(Phase.WAITING, Phase.DONE);
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public String flowSchemaUid() {
        return schema.uid();
    }

    @Override
    public String priorityLevelUid() {
        return level.uid();
    }

    @Override
    public long flow() {
        return schema.flow(asked);
    }

    @Override
    public int width() {
        return asked.width();
    }
}
