package io.felucca.scheduler;

import io.felucca.scheduler.SchedulerMetrics.Result;
import io.felucca.scheduler.SchedulingQueue.Admission;
import io.felucca.scheduler.SchedulingQueue.Entry;
import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.ClusterChange.What;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Permit;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PostFilter;
import io.felucca.scheduler.api.PreEnqueue;
import io.felucca.scheduler.api.Reserve;
import io.felucca.scheduler.api.Verdict;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cycle: takes in what changed, then tries one pod. Everything here happens on one thread, the
 * caller of {@link #step}; only binding runs elsewhere and hands its result back through the
 * mailbox.
 */
final class Scheduling {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduling.class);

    /** More pods than this are not bound at once; the next ones stay in the queue. */
    static final int MOST_IN_FLIGHT = 128;

    private final List<Profile> profiles;
    private final Supplier<Map<String, Plugin>> registry;
    private final Mailbox mailbox;
    private final NodeChoice choice;
    private final Binder binder;
    private final Reporter reporter;
    private final Clock clock;
    private final ClusterCache cache = new ClusterCache();
    private final SchedulerMetrics metrics;
    private final SchedulingQueue queue;
    private final Intake intake;
    private final Map<String, PluginSet> sets = new HashMap<>();
    private final Queue<Attempt> permitted = new ArrayDeque<>();
    private Map<String, Plugin> plugins;
    private int inFlight;

    /**
     * @param registry the plugins that are there now, by name; the same map for as long as they are
     *     the same
     */
    Scheduling(
            List<Profile> profiles,
            Supplier<Map<String, Plugin>> registry,
            Mailbox mailbox,
            NodeChoice choice,
            Binder binder,
            Reporter reporter,
            Clock clock,
            SchedulerMetrics metrics) {
        this.metrics = metrics;
        this.queue = new SchedulingQueue(this::admit, metrics);
        this.profiles = List.copyOf(profiles);
        this.registry = registry;
        this.mailbox = mailbox;
        this.choice = choice;
        this.binder = binder;
        this.reporter = reporter;
        this.clock = clock;
        Set<String> names =
                profiles.stream().map(Profile::name).collect(Collectors.toUnmodifiableSet());
        this.intake = new Intake(cache, queue, names, this::mayHelp);
    }

    SchedulingQueue queue() {
        return queue;
    }

    ClusterCache cache() {
        return cache;
    }

    /** Whether it tried a pod, and so may have more to do at once. */
    boolean step() {
        long now = clock.millis();
        // In this order: plugins that come after this look ring the mailbox again.
        Mailbox.Batch batch = mailbox.take();
        adoptPlugins(now);
        batch.results.forEach(Scheduling::run);
        intake.take(batch, now);
        metrics.knows(cache.nodes().size());
        queue.tick(now);
        bindPermitted();
        if (inFlight >= MOST_IN_FLIGHT || !isOrdered()) {
            return false;
        }
        Entry entry = queue.pop();
        if (entry == null) {
            return false;
        }
        attempt(entry);
        bindPermitted();
        return true;
    }

    private void bindPermitted() {
        while (!permitted.isEmpty() && inFlight < MOST_IN_FLIGHT) {
            bind(permitted.remove());
        }
    }

    /** What a plugin throws while a result is handled must not lose what else has happened. */
    private static void run(Runnable result) {
        try {
            result.run();
        } catch (RuntimeException e) {
            LOG.error("the result of a binding could not be handled", e);
        }
    }

    /** When there is something to do without anything happening before. */
    OptionalLong nextDue() {
        return queue.nextDue();
    }

    private void adoptPlugins(long now) {
        Map<String, Plugin> present = registry.get();
        if (present == plugins) {
            return;
        }
        plugins = present;
        for (Profile profile : profiles) {
            PluginSet set = new PluginSet(profile, present);
            sets.put(profile.name(), set);
            if (!set.isComplete() && queue.size() > 0) {
                LOG.info("pods of {} wait for plugins {}", profile.name(), set.missing());
            }
        }
        sets.get(profiles.get(0).name()).queueSorts.stream()
                .findFirst()
                .ifPresent(sort -> queue.orderBy(sort::compare));
        queue.unpark(now);
        // A newer plugin may decide otherwise.
        queue.wake(entry -> true, now, SchedulingQueue.FORCE_ACTIVATE);
    }

    /** Without the first profile's order nothing is tried. */
    private boolean isOrdered() {
        return !sets.get(profiles.get(0).name()).queueSorts.isEmpty();
    }

    private Admission admit(PodInfo pod) {
        PluginSet set = sets.get(pod.pod().getSpec().getSchedulerName());
        if (!set.isComplete()) {
            return Admission.PARK;
        }
        for (PreEnqueue plugin : set.preEnqueues) {
            if (!isLetIn(plugin, pod)) {
                return Admission.heldBackBy(plugin.name());
            }
        }
        return Admission.GO;
    }

    private static boolean isLetIn(PreEnqueue plugin, PodInfo pod) {
        try {
            return plugin.preEnqueue(pod).succeeded();
        } catch (RuntimeException e) {
            LOG.warn("PreEnqueue plugin {} failed on {}", plugin.name(), pod, e);
            return false;
        }
    }

    private boolean mayHelp(Entry entry, ClusterChange change) {
        if (entry.rejectedBy().isEmpty()) {
            return true;
        }
        for (String name : entry.rejectedBy()) {
            Plugin plugin = plugins.get(name);
            // A constraint that no plugin keeps goes away only with the pod's own change.
            if (plugin == null
                    ? change.isAny(What.SELF_UPDATED)
                    : mayHelp(plugin, change, entry.pod())) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayHelp(Plugin plugin, ClusterChange change, PodInfo pod) {
        try {
            return plugin.mayHelp(change, pod);
        } catch (RuntimeException e) {
            LOG.warn("plugin {} can't say what helps {}", plugin.name(), pod, e);
            return true;
        }
    }

    private void attempt(Entry entry) {
        PodInfo pod = entry.pod();
        PluginSet set = sets.get(pod.pod().getSpec().getSchedulerName());
        if (!set.isComplete()) {
            queue.park(entry);
            return;
        }
        try {
            tryToPlace(entry, pod, set);
        } catch (RuntimeException e) {
            LOG.warn("scheduling {} failed", pod, e);
            fail(entry, pod, String.valueOf(e.getMessage()));
        }
    }

    private void tryToPlace(Entry entry, PodInfo pod, PluginSet set) {
        Map<String, String> unenforced = Unenforced.find(pod, set.profile());
        if (!unenforced.isEmpty()) {
            Diagnosis diagnosis = new Diagnosis(cache.nodes().size(), false);
            diagnosis.rejectAll(Unenforced.message(unenforced, set.profile()), unenforced.keySet());
            refuse(entry, pod, diagnosis.message(), diagnosis.rejectedBy(), "");
            return;
        }
        if (cache.nodes().isEmpty()) {
            refuse(entry, pod, Failures.NO_NODES, Set.of(), "");
            return;
        }
        CycleState state = new CycleState(cache);
        long startNanos = metrics.now();
        NodeChoice.Result result = choice.choose(set, state, pod);
        metrics.chose(startNanos);
        if (result.error().isPresent()) {
            fail(entry, pod, result.error().get());
        } else if (result.refused().isPresent()) {
            makeRoom(entry, pod, set, state, result.refused().get());
        } else {
            NodeInfo node = result.node().orElseThrow();
            reserve(new Attempt(entry, pod, node.name(), set, state));
        }
    }

    private void makeRoom(
            Entry entry, PodInfo pod, PluginSet set, CycleState state, Diagnosis diagnosis) {
        String nominated = "";
        for (PostFilter plugin : set.postFilters) {
            PostFilter.Result result = plugin.postFilter(state, pod, diagnosis.verdicts());
            if (result.verdict().succeeded()) {
                nominated = result.nominatedNode();
                break;
            }
            if (result.verdict().code() == Verdict.Code.ERROR) {
                fail(entry, pod, Failures.running("PostFilter", plugin, result.verdict()));
                return;
            }
            diagnosis.append(result.verdict().message());
        }
        refuse(entry, pod, diagnosis.message(), diagnosis.rejectedBy(), nominated);
    }

    private void reserve(Attempt attempt) {
        cache.assume(attempt.pod(), attempt.node());
        intake.assigned(attempt.pod());
        for (Reserve plugin : attempt.plugins().reserves) {
            Verdict verdict = plugin.reserve(attempt.state(), attempt.pod(), attempt.node());
            if (!verdict.succeeded()) {
                takeBack(attempt, plugin, verdict, "Reserve");
                return;
            }
        }
        Queue<Waiting> waits = new ArrayDeque<>();
        for (Permit plugin : attempt.plugins().permits) {
            Permit.Answer answer = plugin.permit(attempt.state(), attempt.pod(), attempt.node());
            if (answer.verdict().code() == Verdict.Code.WAIT) {
                waits.add(new Waiting(plugin, withTimeout(answer)));
            } else if (!answer.verdict().succeeded() && !answer.verdict().skipped()) {
                takeBack(attempt, plugin, answer.verdict(), "Permit");
                return;
            }
        }
        waitFor(attempt, waits);
    }

    private record Waiting(Permit plugin, CompletableFuture<Verdict> later) {}

    private static CompletableFuture<Verdict> withTimeout(Permit.Answer answer) {
        return answer.later()
                .toCompletableFuture()
                .copy()
                .orTimeout(answer.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One after the other: all of them must have let the pod go in the end. */
    private void waitFor(Attempt attempt, Queue<Waiting> waits) {
        Waiting next = waits.poll();
        if (next == null) {
            permitted.add(attempt);
            return;
        }
        CompletableFuture<Void> unused =
                next.later()
                        .exceptionally(failure -> timedOut(next.plugin()))
                        .thenAccept(
                                verdict ->
                                        mailbox.post(
                                                () -> permitted(attempt, next, verdict, waits)));
    }

    private void permitted(
            Attempt attempt, Waiting answered, Verdict verdict, Queue<Waiting> others) {
        if (verdict.succeeded()) {
            waitFor(attempt, others);
        } else {
            takeBack(attempt, answered.plugin(), verdict, "Permit");
        }
    }

    private static Verdict timedOut(Permit plugin) {
        return Verdict.unschedulable("timeout exceeded waiting for " + plugin.name());
    }

    private void bind(Attempt attempt) {
        inFlight++;
        binder.bind(attempt, (done, verdict) -> mailbox.post(() -> bound(done, verdict)));
    }

    private void bound(Attempt attempt, Verdict verdict) {
        inFlight--;
        if (verdict.succeeded()) {
            attempted(attempt.entry(), Result.SCHEDULED);
            metrics.scheduled(
                    attempt.entry().attempts(), clock.millis() - attempt.entry().addedMillis());
            reporter.scheduled(attempt.pod(), attempt.node());
            queue.finish(attempt.entry());
        } else if (undo(attempt)) {
            fail(attempt.entry(), attempt.pod(), verdict.message());
        }
    }

    private void takeBack(Attempt attempt, Plugin plugin, Verdict verdict, String point) {
        if (!undo(attempt)) {
            return;
        }
        if (verdict.rejected()) {
            Diagnosis diagnosis = new Diagnosis(1, false);
            diagnosis.reject(attempt.node(), verdict, plugin.name());
            refuse(attempt.entry(), attempt.pod(), diagnosis.message(), diagnosis.rejectedBy(), "");
        } else {
            fail(attempt.entry(), attempt.pod(), Failures.running(point, plugin, verdict));
        }
    }

    /** Whether the pod is still without a node, and so is to be tried again. */
    private boolean undo(Attempt attempt) {
        List<Reserve> reserves = attempt.plugins().reserves;
        for (int i = reserves.size() - 1; i >= 0; i--) {
            reserves.get(i).unreserve(attempt.state(), attempt.pod(), attempt.node());
        }
        if (!cache.isAssumed(attempt.pod().uid())) {
            // It was deleted, or it got there although the answer was lost.
            return false;
        }
        cache.remove(attempt.pod().uid());
        intake.left(attempt.pod());
        return true;
    }

    private void refuse(
            Entry entry, PodInfo pod, String message, Set<String> plugins, String nominated) {
        attempted(entry, Result.UNSCHEDULABLE);
        if (queue.reject(entry, plugins, clock.millis())) {
            reporter.unschedulable(pod, message, nominated);
        }
    }

    private void attempted(Entry entry, Result result) {
        metrics.attempted(
                entry.pod().pod().getSpec().getSchedulerName(), result, entry.triedNanos());
    }

    private void fail(Entry entry, PodInfo pod, String message) {
        attempted(entry, Result.ERROR);
        if (queue.retry(entry, clock.millis())) {
            reporter.error(pod, message);
        }
    }
}
