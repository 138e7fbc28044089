package io.felucca.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Client;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events apart from those who record them. The same event about the same object within an
 * hour raises a count instead; beyond {@value #BURST} events about one object, one each five
 * minutes is let through, as upstream's correlator does.
 */
final class EventSink implements EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventSink.class);
    private static final int BURST = 25;
    private static final int REFILL_MINUTES = 5;
    private static final int REMEMBERED = 4096;

    private final Client<Event> client;
    private final String component;
    private final String host;
    private final EventNames names;
    private final Clock clock;
    private final Executor writer;
    private final Map<Same, Seen> seen = bounded();
    private final Map<String, Budget> budgets = bounded();

    private record Same(
            String uid,
            String name,
            String fieldPath,
            String type,
            String reason,
            String message) {}

    private record Seen(Key key, int count, Instant first) {}

    private record Budget(int left, Instant since) {}

    EventSink(
            Client<Event> client,
            String component,
            String host,
            EventNames names,
            Clock clock,
            Executor writer) {
        this.client = client;
        this.component = component;
        this.host = host;
        this.names = names;
        this.clock = clock;
        this.writer = writer;
    }

    @Override
    public void normal(HasMetadata about, String reason, String message) {
        record(about, null, "Normal", reason, message);
    }

    @Override
    public void warning(HasMetadata about, String reason, String message) {
        record(about, null, "Warning", reason, message);
    }

    @Override
    public EventRecorder at(String fieldPath) {
        return new EventRecorder() {
            @Override
            public void normal(HasMetadata about, String reason, String message) {
                record(about, fieldPath, "Normal", reason, message);
            }

            @Override
            public void warning(HasMetadata about, String reason, String message) {
                record(about, fieldPath, "Warning", reason, message);
            }

            @Override
            public EventRecorder at(String other) {
                return EventSink.this.at(other);
            }
        };
    }

    private void record(
            HasMetadata about, String fieldPath, String type, String reason, String message) {
        Instant now = clock.instant();
        String uid = String.valueOf(about.getMetadata().getUid());
        Same same = new Same(uid, about.getMetadata().getName(), fieldPath, type, reason, message);
        writer.execute(() -> write(about, same, now));
    }

    /** On the writer's one thread. */
    private void write(HasMetadata about, Same same, Instant now) {
        if (!spend(same.uid(), now)) {
            return;
        }
        Seen before = seen.get(same);
        try {
            if (before != null && before.first().isAfter(now.minus(1, ChronoUnit.HOURS))) {
                seen.put(same, countAgain(before, now));
            } else {
                seen.put(same, create(about, same, now));
            }
        } catch (ApiException e) {
            // Its namespace may be going, or the event expired: it is advice, and lost.
            seen.remove(same);
            LOG.debug(
                    "event {} about {} not written: {}",
                    same.reason(),
                    same.name(),
                    e.getMessage());
        }
    }

    private Seen countAgain(Seen before, Instant now) {
        ObjectNode patch = Json.object();
        patch.put("count", before.count() + 1);
        patch.put("lastTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        client.patch(before.key(), patch);
        return new Seen(before.key(), before.count() + 1, before.first());
    }

    private Seen create(HasMetadata about, Same same, Instant now) {
        String namespace = about.getMetadata().getNamespace();
        String in = namespace == null || namespace.isEmpty() ? "default" : namespace;
        String name = names.next(about.getMetadata(), now);
        String stamp = now.truncatedTo(ChronoUnit.SECONDS).toString();
        Event event =
                new EventBuilder()
                        .withNewMetadata()
                        .withNamespace(in)
                        .withName(name)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion(about.getApiVersion())
                        .withKind(about.getKind())
                        .withNamespace(namespace)
                        .withName(about.getMetadata().getName())
                        .withUid(about.getMetadata().getUid())
                        .withResourceVersion(about.getMetadata().getResourceVersion())
                        .withFieldPath(same.fieldPath())
                        .endInvolvedObject()
                        .withType(same.type())
                        .withReason(same.reason())
                        .withMessage(same.message())
                        .withCount(1)
                        .withFirstTimestamp(stamp)
                        .withLastTimestamp(stamp)
                        .withNewSource(component, host)
                        .withReportingComponent(component)
                        .withReportingInstance(host)
                        .build();
        client.create(event);
        return new Seen(new Key(in, name), 1, now);
    }

    private boolean spend(String uid, Instant now) {
        Budget budget = budgets.getOrDefault(uid, new Budget(BURST, now));
        long refills = ChronoUnit.MINUTES.between(budget.since(), now) / REFILL_MINUTES;
        int left = (int) Math.min(BURST, budget.left() + refills);
        Instant since = budget.since().plus(refills * REFILL_MINUTES, ChronoUnit.MINUTES);
        budgets.put(uid, new Budget(Math.max(0, left - 1), since));
        return left > 0;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }
}
