package io.felucca.scheduler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.scheduler.api.PodInfo;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users what becomes of their pods: events, and the condition {@code PodScheduled}.
 * Conditions are written one after the other, beside the cycle; of each pod only the newest waits
 * to be written. Thread-safe.
 */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    private static final String TYPE = "PodScheduled";
    private static final int LONGEST_EVENT = 1024;
    private static final int TRIES = 3;

    private final Client<Pod> pods;
    private final EventRecorder events;
    private final Clock clock;
    private final Executor writer;
    private final Map<Key, News> waiting = new LinkedHashMap<>();
    private boolean writing;

    /**
     * @param nominatedNode empty for none
     */
    private record News(Pod pod, String reason, String message, String nominatedNode) {}

    Reporter(Clients clients, Clock clock, Executor writer) {
        this.pods = clients.of(Pod.class);
        this.events = clients.events();
        this.clock = clock;
        this.writer = writer;
    }

    void scheduled(PodInfo pod, String node) {
        events.normal(pod.pod(), "Scheduled", "Successfully assigned " + pod + " to " + node);
    }

    /** No node could take it. */
    void unschedulable(PodInfo pod, String message, String nominatedNode) {
        failed(new News(pod.pod(), "Unschedulable", message, nominatedNode));
    }

    /** Something broke. */
    void error(PodInfo pod, String message) {
        failed(new News(pod.pod(), "SchedulerError", message, ""));
    }

    private void failed(News news) {
        events.warning(news.pod(), "FailedScheduling", shortened(news.message()));
        if (alreadyTold(news.pod(), news)) {
            return;
        }
        synchronized (waiting) {
            waiting.put(Key.of(news.pod()), news);
            if (writing) {
                return;
            }
            writing = true;
        }
        try {
            writer.execute(this::writeAll);
        } catch (RejectedExecutionException e) {
            LOG.debug("the condition of {} is not written any more", Key.of(news.pod()));
        }
    }

    private static String shortened(String message) {
        String end = " ...";
        return message.length() <= LONGEST_EVENT
                ? message
                : message.substring(0, LONGEST_EVENT - end.length()) + end;
    }

    private void writeAll() {
        while (true) {
            Map.Entry<Key, News> next;
            synchronized (waiting) {
                if (waiting.isEmpty() || Thread.currentThread().isInterrupted()) {
                    writing = false;
                    return;
                }
                next = waiting.entrySet().iterator().next();
                waiting.remove(next.getKey());
            }
            write(next.getKey(), next.getValue());
        }
    }

    /** A failure is not repeated here: the next attempt at the pod tells again. */
    private void write(Key key, News news) {
        try {
            Pod pod = news.pod();
            for (int i = 0; i < TRIES; i++) {
                if (write(key, pod, news)) {
                    return;
                }
                Optional<Pod> fresh = pods.get(key);
                if (fresh.isEmpty() || isSettled(fresh.get(), news)) {
                    return;
                }
                pod = fresh.get();
            }
        } catch (RuntimeException e) {
            LOG.debug("the condition of {} was not written: {}", key, e.getMessage());
        }
    }

    /** Whether the news is no longer news. */
    private static boolean isSettled(Pod fresh, News news) {
        String node = fresh.getSpec().getNodeName();
        return (node != null && !node.isEmpty())
                || !Objects.equals(fresh.getMetadata().getUid(), news.pod().getMetadata().getUid())
                || alreadyTold(fresh, news);
    }

    private boolean write(Key key, Pod pod, News news) {
        ObjectNode patch = Json.object();
        // A pod that was bound meanwhile must not be called unscheduled.
        patch.putObject("metadata").put("resourceVersion", pod.getMetadata().getResourceVersion());
        ObjectNode status = patch.putObject("status");
        ArrayNode conditions = status.putArray("conditions");
        for (PodCondition other : conditions(pod)) {
            if (!TYPE.equals(other.getType())) {
                conditions.add(Json.mapper().<ObjectNode>valueToTree(other));
            }
        }
        conditions.add(condition(pod, news));
        if (!nominated(pod).equals(news.nominatedNode())) {
            status.put(
                    "nominatedNodeName",
                    news.nominatedNode().isEmpty() ? null : news.nominatedNode());
        }
        try {
            pods.patch(key, "status", patch);
            return true;
        } catch (ApiException e) {
            if (e.reason() == StatusReason.Conflict) {
                return false;
            }
            if (e.reason() == StatusReason.NotFound) {
                return true;
            }
            throw e;
        }
    }

    private ObjectNode condition(Pod pod, News news) {
        ObjectNode condition = Json.object();
        condition.put("type", TYPE);
        condition.put("status", "False");
        condition.put("reason", news.reason());
        condition.put("message", news.message());
        condition.putNull("lastProbeTime");
        Long generation = pod.getMetadata().getGeneration();
        if (generation != null && generation > 0) {
            condition.put("observedGeneration", generation);
        }
        String since =
                present(pod)
                        .filter(one -> "False".equals(one.getStatus()))
                        .map(PodCondition::getLastTransitionTime)
                        .orElseGet(
                                () -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        condition.put("lastTransitionTime", since);
        return condition;
    }

    private static boolean alreadyTold(Pod pod, News news) {
        return nominated(pod).equals(news.nominatedNode())
                && present(pod)
                        .filter(one -> "False".equals(one.getStatus()))
                        .filter(one -> news.reason().equals(one.getReason()))
                        .filter(one -> news.message().equals(one.getMessage()))
                        .isPresent();
    }

    private static String nominated(Pod pod) {
        String node = pod.getStatus() == null ? null : pod.getStatus().getNominatedNodeName();
        return node == null ? "" : node;
    }

    private static Optional<PodCondition> present(Pod pod) {
        return conditions(pod).stream().filter(one -> TYPE.equals(one.getType())).findFirst();
    }

    private static List<PodCondition> conditions(Pod pod) {
        return pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
    }
}
