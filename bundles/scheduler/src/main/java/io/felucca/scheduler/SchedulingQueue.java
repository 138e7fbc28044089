package io.felucca.scheduler;

import io.felucca.client.api.Key;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.QueuedPod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The pods that have no node yet, each in one of five states. Holds as many as the cluster has.
 * Times are milliseconds since the epoch, given by the caller. Not thread-safe.
 */
final class SchedulingQueue {
    static final long FIRST_BACK_OFF_MILLIS = 1_000;
    static final long LAST_BACK_OFF_MILLIS = 10_000;

    /** After this long a pod is tried again even if nothing happened that seemed to help. */
    static final long FLUSH_MILLIS = 5 * 60_000;

    // Upstream's words for why a pod comes into a queue.
    static final String FORCE_ACTIVATE = "ForceActivate";
    private static final String POD_ADD = "PodAdd";
    private static final String POD_UPDATE = "PodUpdate";
    private static final String FAILURE = "ScheduleAttemptFailure";

    enum State {
        /** Is tried as soon as it is its turn. */
        ACTIVE,
        /** Is tried again when its back-off is over. */
        BACK_OFF,
        /** No node could take it, or it is held back: tried again when something changes. */
        WAITING,
        /** Its profile lacks a plugin. */
        PARKED,
        /** Is being tried, or bound. */
        IN_FLIGHT
    }

    /** Whether a pod may be tried. */
    record Admission(boolean admitted, Set<String> rejectedBy) {
        static final Admission GO = new Admission(true, Set.of());

        /** Its profile is not complete. */
        static final Admission PARK = new Admission(false, Set.of());

        static Admission heldBackBy(String plugin) {
            return new Admission(false, Set.of(plugin));
        }
    }

    /** One pod; changed only by its queue. */
    static final class Entry implements QueuedPod {
        private final Key key;
        private PodInfo pod;
        private State state;
        private long sinceMillis;
        private long backOffUntil;
        private int attempts;
        private Set<String> rejectedBy = Set.of();
        private Ticket ticket;

        private final long addedMillis;
        private SchedulerMetrics.Place place;
        private long triedNanos;

        private Entry(Key key, PodInfo pod, long now) {
            this.key = key;
            this.pod = pod;
            this.addedMillis = now;
        }

        /** When it was taken out to be tried last, in nanoseconds of the metrics' clock. */
        long triedNanos() {
            return triedNanos;
        }

        /** When it came into the queue first. */
        long addedMillis() {
            return addedMillis;
        }

        Key key() {
            return key;
        }

        State state() {
            return state;
        }

        /** The plugins that rejected it last; empty if that was no plugin's doing. */
        Set<String> rejectedBy() {
            return rejectedBy;
        }

        @Override
        public PodInfo pod() {
            return pod;
        }

        @Override
        public long sinceMillis() {
            return sinceMillis;
        }

        @Override
        public int attempts() {
            return attempts;
        }
    }

    /** A place in a heap; void once the entry has another, which saves searching the heap. */
    private record Ticket(Entry entry, long due, long sequence) {
        boolean isValid() {
            return entry.ticket != null && entry.ticket.sequence == sequence;
        }
    }

    private final Function<PodInfo, Admission> gate;
    private final SchedulerMetrics metrics;
    private final Map<Key, Entry> entries = new HashMap<>();
    private final Set<Entry> waiting = new LinkedHashSet<>();
    private final Set<Entry> parked = new LinkedHashSet<>();
    private final PriorityQueue<Ticket> backOff =
            new PriorityQueue<>(
                    Comparator.comparingLong(Ticket::due).thenComparingLong(Ticket::sequence));
    private PriorityQueue<Ticket> active = new PriorityQueue<>(byArrival());
    private Comparator<QueuedPod> order;
    private long sequence;

    SchedulingQueue(Function<PodInfo, Admission> gate, SchedulerMetrics metrics) {
        this.gate = gate;
        this.metrics = metrics;
    }

    /**
     * @param place null when it waits no more
     * @param event why, as upstream calls it
     */
    private void move(Entry entry, State state, SchedulerMetrics.Place place, String event) {
        entry.state = state;
        if (entry.place != null) {
            metrics.left(entry.place);
        }
        entry.place = place;
        if (place != null) {
            metrics.came(event, place);
        }
    }

    private static Comparator<Ticket> byArrival() {
        return Comparator.comparingLong(Ticket::sequence);
    }

    /** The order of trying; the active pods are put into it anew. */
    void orderBy(Comparator<QueuedPod> newOrder) {
        if (order == newOrder) {
            return;
        }
        order = newOrder;
        PriorityQueue<Ticket> sorted =
                new PriorityQueue<>(
                        Comparator.comparing(Ticket::entry, newOrder).thenComparing(byArrival()));
        active.stream().filter(Ticket::isValid).forEach(sorted::add);
        active = sorted;
    }

    boolean contains(Key key) {
        return entries.containsKey(key);
    }

    int size() {
        return entries.size();
    }

    void add(Key key, PodInfo pod, long now) {
        Entry entry = new Entry(key, pod, now);
        entries.put(key, entry);
        activate(entry, now, POD_ADD);
    }

    /**
     * Takes over a pod's newer form; does nothing if it is not here.
     *
     * @param mayHelp whether the change could make a waiting pod schedulable; asked before
     */
    void update(Key key, PodInfo pod, Predicate<Entry> mayHelp, long now) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return;
        }
        boolean helped = entry.state == State.WAITING && mayHelp.test(entry);
        entry.pod = pod;
        if (helped) {
            waiting.remove(entry);
            activateOrBackOff(entry, now, POD_UPDATE);
        } else if (entry.state == State.ACTIVE) {
            // Its priority may be another.
            place(active, entry, 0);
        }
    }

    void remove(Key key) {
        Entry entry = entries.remove(key);
        if (entry != null) {
            entry.ticket = null;
            move(entry, entry.state, null, "");
            waiting.remove(entry);
            parked.remove(entry);
        }
    }

    /** Ends one in flight: it has a node. */
    void finish(Entry entry) {
        if (isHere(entry)) {
            remove(entry.key);
        }
    }

    /** False if it was removed meanwhile, also if another pod has its name now. */
    private boolean isHere(Entry entry) {
        return entries.get(entry.key) == entry;
    }

    /** The next to be tried, or null; it is in flight from now on. */
    Entry pop() {
        Ticket next = peek();
        if (next == null) {
            return null;
        }
        active.remove();
        Entry entry = next.entry();
        entry.ticket = null;
        move(entry, State.IN_FLIGHT, null, "");
        entry.triedNanos = metrics.now();
        entry.attempts++;
        return entry;
    }

    private Ticket peek() {
        while (!active.isEmpty() && !active.peek().isValid()) {
            active.remove();
        }
        return active.peek();
    }

    /** Puts one in flight aside: no node could take it. False if it is not here any more. */
    boolean reject(Entry entry, Set<String> rejectedBy, long now) {
        if (!isHere(entry)) {
            return false;
        }
        entry.rejectedBy = rejectedBy;
        setBackOff(entry, now);
        await(entry, now, SchedulerMetrics.Place.UNSCHEDULABLE, FAILURE);
        return true;
    }

    /** Has one in flight tried again after its back-off. False if it is not here any more. */
    boolean retry(Entry entry, long now) {
        if (!isHere(entry)) {
            return false;
        }
        entry.rejectedBy = Set.of();
        setBackOff(entry, now);
        backOff(entry, FAILURE);
        return true;
    }

    /** Puts one in flight aside until its profile is complete; this was no attempt. */
    void park(Entry entry) {
        if (isHere(entry)) {
            entry.attempts--;
            move(entry, State.PARKED, SchedulerMetrics.Place.GATED, FAILURE);
            parked.add(entry);
        }
    }

    void unpark(long now) {
        List<Entry> all = new ArrayList<>(parked);
        parked.clear();
        all.forEach(entry -> activate(entry, now, FORCE_ACTIVATE));
    }

    /**
     * Has those waiting that a change may help tried again.
     *
     * @param event the change, as upstream calls it
     */
    void wake(Predicate<Entry> mayHelp, long now, String event) {
        List<Entry> helped = new ArrayList<>();
        for (Entry entry : waiting) {
            if (mayHelp.test(entry)) {
                helped.add(entry);
            }
        }
        for (Entry entry : helped) {
            waiting.remove(entry);
            activateOrBackOff(entry, now, event);
        }
    }

    /** Ends back-offs that are over and waits that were long. */
    void tick(long now) {
        while (!backOff.isEmpty()) {
            Ticket next = backOff.peek();
            if (next.isValid() && next.due() > now) {
                break;
            }
            backOff.remove();
            if (next.isValid()) {
                activate(next.entry(), now, "BackoffComplete");
            }
        }
        List<Entry> flushed = new ArrayList<>();
        for (Entry entry : waiting) {
            if (entry.sinceMillis + FLUSH_MILLIS > now) {
                // They are in the order in which they came.
                break;
            }
            flushed.add(entry);
        }
        for (Entry entry : flushed) {
            waiting.remove(entry);
            activateOrBackOff(entry, now, "UnschedulableTimeout");
        }
    }

    /** When {@link #tick} has something to do next. */
    OptionalLong nextDue() {
        while (!backOff.isEmpty() && !backOff.peek().isValid()) {
            backOff.remove();
        }
        long due = backOff.isEmpty() ? Long.MAX_VALUE : backOff.peek().due();
        if (!waiting.isEmpty()) {
            due = Math.min(due, waiting.iterator().next().sinceMillis + FLUSH_MILLIS);
        }
        return due == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(due);
    }

    private void activateOrBackOff(Entry entry, long now, String event) {
        if (entry.backOffUntil > now) {
            backOff(entry, event);
        } else {
            activate(entry, now, event);
        }
    }

    private void activate(Entry entry, long now, String event) {
        Admission admission = gate.apply(entry.pod);
        entry.sinceMillis = now;
        if (admission.admitted()) {
            move(entry, State.ACTIVE, SchedulerMetrics.Place.ACTIVE, event);
            place(active, entry, 0);
        } else if (admission.rejectedBy().isEmpty()) {
            entry.ticket = null;
            move(entry, State.PARKED, SchedulerMetrics.Place.GATED, event);
            parked.add(entry);
        } else {
            entry.rejectedBy = admission.rejectedBy();
            await(entry, now, SchedulerMetrics.Place.GATED, event);
        }
    }

    private void await(Entry entry, long now, SchedulerMetrics.Place place, String event) {
        entry.ticket = null;
        move(entry, State.WAITING, place, event);
        entry.sinceMillis = now;
        waiting.add(entry);
    }

    private void backOff(Entry entry, String event) {
        move(entry, State.BACK_OFF, SchedulerMetrics.Place.BACK_OFF, event);
        place(backOff, entry, entry.backOffUntil);
    }

    private void place(PriorityQueue<Ticket> heap, Entry entry, long due) {
        sequence++;
        entry.ticket = new Ticket(entry, due, sequence);
        heap.add(entry.ticket);
    }

    private static void setBackOff(Entry entry, long now) {
        int doublings = Math.min(entry.attempts - 1, 4);
        entry.backOffUntil =
                now + Math.min(LAST_BACK_OFF_MILLIS, FIRST_BACK_OFF_MILLIS << doublings);
    }
}
