package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Key;
import io.felucca.scheduler.SchedulingQueue.Entry;
import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.ClusterChange.What;
import io.felucca.scheduler.api.PodInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the informers say into the cache and the queue, and wakes the pods that it may help.
 * On the cycle thread only.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final ClusterCache cache;
    private final SchedulingQueue queue;
    private final Set<String> profiles;
    private final BiPredicate<Entry, ClusterChange> mayHelp;
    private final Map<Key, Seen> pods = new HashMap<>();
    private final Map<Key, Long> nodes = new HashMap<>();
    private List<ClusterChange> changes = new ArrayList<>();

    private record Seen(String uid, long revision) {}

    Intake(
            ClusterCache cache,
            SchedulingQueue queue,
            Set<String> profiles,
            BiPredicate<Entry, ClusterChange> mayHelp) {
        this.cache = cache;
        this.queue = queue;
        this.profiles = profiles;
        this.mayHelp = mayHelp;
    }

    void take(Mailbox.Batch batch, long now) {
        batch.nodes.forEach((key, node) -> guarded(key, () -> node(key, node)));
        batch.pods.forEach((key, pod) -> guarded(key, () -> pod(key, pod, now)));
        if (!changes.isEmpty()) {
            List<ClusterChange> all = changes;
            changes = new ArrayList<>();
            queue.wake(entry -> helps(entry, all), now, event(all.get(0)));
        }
    }

    /** As upstream calls it; of several at once, the first. */
    private static String event(ClusterChange change) {
        return switch (change.what().stream().min(Comparator.naturalOrder()).orElseThrow()) {
            case NODE_ADDED -> "NodeAdd";
            case NODE_ALLOCATABLE -> "NodeAllocatableChange";
            case NODE_LABELS -> "NodeLabelChange";
            case NODE_TAINTS -> "NodeTaintChange";
            case NODE_CONDITIONS -> "NodeConditionChange";
            case POD_ASSIGNED -> "AssignedPodAdd";
            case POD_UPDATED -> "AssignedPodUpdate";
            case POD_LEFT -> "AssignedPodDelete";
            case SELF_UPDATED -> "PodUpdate";
        };
    }

    /** One object that can't be read must not hide the others. */
    private static void guarded(Key key, Runnable taking) {
        try {
            taking.run();
        } catch (RuntimeException e) {
            LOG.error("{} could not be taken in", key, e);
        }
    }

    private boolean helps(Entry entry, List<ClusterChange> all) {
        for (ClusterChange change : all) {
            if (mayHelp.test(entry, change)) {
                return true;
            }
        }
        return false;
    }

    /** A pod took room that other pods' affinity may have waited for. */
    void assigned(PodInfo pod) {
        changes.add(ClusterChange.ofPod(What.POD_ASSIGNED, pod));
    }

    /** A pod's room is free again. */
    void left(PodInfo pod) {
        changes.add(ClusterChange.ofPod(What.POD_LEFT, pod));
    }

    private void node(Key key, Optional<Node> now) {
        if (now.isEmpty()) {
            nodes.remove(key);
            cache.removeNode(key.name());
            return;
        }
        long revision = revision(now.get());
        if (nodes.getOrDefault(key, 0L) > revision) {
            return;
        }
        nodes.put(key, revision);
        Optional<Node> before = cache.put(now.get());
        Set<What> what =
                before.map(old -> NodeChanges.between(old, now.get()))
                        .orElse(Set.of(What.NODE_ADDED));
        if (!what.isEmpty()) {
            changes.add(ClusterChange.ofNode(what, now.get()));
        }
    }

    private void pod(Key key, Optional<Pod> now, long moment) {
        Seen seen = pods.get(key);
        if (now.isEmpty()) {
            gone(key, seen);
            return;
        }
        Pod pod = now.get();
        if (seen != null) {
            if (!seen.uid().equals(pod.getMetadata().getUid())) {
                gone(key, seen);
            } else if (seen.revision() > revision(pod)) {
                return;
            }
        }
        pods.put(key, new Seen(pod.getMetadata().getUid(), revision(pod)));
        if (isFinished(pod)) {
            queue.remove(key);
            cache.remove(pod.getMetadata().getUid()).ifPresent(this::left);
        } else if (hasNode(pod)) {
            onNode(key, new PodInfo(pod));
        } else if (isOurs(pod)) {
            pending(key, new PodInfo(pod), moment);
        } else {
            queue.remove(key);
        }
    }

    private void gone(Key key, Seen seen) {
        queue.remove(key);
        pods.remove(key);
        if (seen != null) {
            cache.remove(seen.uid()).ifPresent(this::left);
        }
    }

    private void onNode(Key key, PodInfo pod) {
        queue.remove(key);
        Optional<PodInfo> before = cache.placed(pod.uid());
        boolean assumed = cache.isAssumed(pod.uid());
        cache.confirm(pod, pod.pod().getSpec().getNodeName());
        if (before.isEmpty()) {
            assigned(pod);
        } else if (!assumed && differ(before.get(), pod)) {
            changes.add(ClusterChange.ofPod(What.POD_UPDATED, pod));
        }
    }

    private static boolean differ(PodInfo before, PodInfo now) {
        return !before.requests().equals(now.requests()) || !before.labels().equals(now.labels());
    }

    private void pending(Key key, PodInfo pod, long now) {
        if (queue.contains(key)) {
            ClusterChange self = ClusterChange.ofPod(What.SELF_UPDATED, pod);
            queue.update(
                    key,
                    pod,
                    entry -> isChanged(entry.pod().pod(), pod.pod()) && mayHelp.test(entry, self),
                    now);
        } else if (!cache.isAssumed(pod.uid())) {
            queue.add(key, pod, now);
        }
    }

    /** What the scheduler itself writes, the status, is no change. */
    private static boolean isChanged(Pod before, Pod now) {
        return !Objects.equals(before.getSpec(), now.getSpec())
                || !Objects.equals(before.getMetadata().getLabels(), now.getMetadata().getLabels())
                || !Objects.equals(
                        before.getMetadata().getAnnotations(), now.getMetadata().getAnnotations());
    }

    private boolean isOurs(Pod pod) {
        return profiles.contains(pod.getSpec().getSchedulerName())
                && pod.getMetadata().getDeletionTimestamp() == null;
    }

    private static boolean hasNode(Pod pod) {
        return pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty();
    }

    private static boolean isFinished(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    private static long revision(HasMetadata object) {
        String version = object.getMetadata().getResourceVersion();
        return version == null || version.isEmpty() ? 0 : Long.parseLong(version);
    }
}
