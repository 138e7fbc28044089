package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.felucca.client.api.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One probe of one running container, asked again and again. Thread-safe. */
final class ProbeTask implements AutoCloseable {
    private final Probes.Kind kind;
    private final Probe probe;
    private final Container container;
    private final String containerId;
    private final Instant startedAt;
    private final Prober prober;
    private final EventRecorder events;
    private final ScheduledExecutorService scheduler;
    private final Clock clock;
    private final Consumer<ProbeTask> changed;
    private volatile Pod pod;
    private volatile List<String> podIps = List.of();
    private volatile boolean passing;
    private volatile boolean failedForGood;
    private boolean started;
    private boolean closed;
    private ScheduledFuture<?> timer;
    private int successes;
    private int failures;

    ProbeTask(
            Probes.Kind kind,
            Probe probe,
            Pod pod,
            Container container,
            PodRuntime.Instance instance,
            boolean passing,
            Prober prober,
            EventRecorder events,
            ScheduledExecutorService scheduler,
            Clock clock,
            Consumer<ProbeTask> changed) {
        this.kind = kind;
        this.probe = probe;
        this.pod = pod;
        this.container = container;
        this.containerId = instance.id();
        this.startedAt = Instant.ofEpochSecond(0, instance.status().getStartedAt());
        this.passing = passing;
        this.prober = prober;
        this.events = events.at(Containers.fieldPath(pod, container.getName()));
        this.scheduler = scheduler;
        this.clock = clock;
        this.changed = changed;
    }

    Probes.Kind kind() {
        return kind;
    }

    String podUid() {
        return pod.getMetadata().getUid();
    }

    String containerName() {
        return container.getName();
    }

    boolean passing() {
        return passing;
    }

    /** Whether the probe has failed as often as makes a restart. */
    boolean failedForGood() {
        return failedForGood;
    }

    Long graceSeconds() {
        return probe.getTerminationGracePeriodSeconds();
    }

    void update(Pod newer, List<String> ips) {
        pod = newer;
        podIps = List.copyOf(ips);
    }

    /** Asks for the first time when the initial delay is over; later calls do nothing. */
    synchronized void start() {
        if (started || closed) {
            return;
        }
        started = true;
        Instant first = startedAt.plusSeconds(or(probe.getInitialDelaySeconds(), 0));
        schedule(Duration.between(clock.instant(), first));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private synchronized void schedule(Duration after) {
        if (!closed) {
            timer =
                    scheduler.schedule(
                            this::ask, Math.max(0, after.toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    private void ask() {
        Duration timeout = Duration.ofSeconds(or(probe.getTimeoutSeconds(), 1));
        var unused =
                prober.ask(pod, container, containerId, podIps, probe, timeout)
                        .thenAccept(this::take)
                        .whenComplete((nothing, trouble) -> askAgain());
    }

    /** What has failed for good is not asked again: its container is about to end. */
    private void askAgain() {
        if (!failedForGood) {
            schedule(Duration.ofSeconds(or(probe.getPeriodSeconds(), 10)));
        }
    }

    private void take(Prober.Result result) {
        if (result.success()) {
            succeeded();
        } else {
            failed(result.message());
        }
    }

    private void succeeded() {
        boolean turned;
        synchronized (this) {
            failures = 0;
            successes++;
            turned = !closed && !passing && successes >= or(probe.getSuccessThreshold(), 1);
            passing |= turned;
        }
        if (turned) {
            changed.accept(this);
        }
    }

    private void failed(String message) {
        boolean turned;
        synchronized (this) {
            if (closed) {
                return;
            }
            successes = 0;
            failures++;
            boolean enough = failures >= or(probe.getFailureThreshold(), 3);
            boolean restarts = kind != Probes.Kind.READINESS;
            turned = enough && (restarts ? !failedForGood : passing);
            if (enough && restarts) {
                failedForGood = true;
            } else if (enough) {
                passing = false;
            }
        }
        events.warning(pod, "Unhealthy", kind.title + " probe failed: " + message);
        if (turned) {
            changed.accept(this);
        }
    }

    private static int or(Integer given, int otherwise) {
        return given == null || (given == 0 && otherwise > 0) ? otherwise : given;
    }
}
