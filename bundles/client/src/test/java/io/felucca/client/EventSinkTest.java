package io.felucca.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.testing.FakeCluster;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventSinkTest {
    private static final Pod POD =
            new PodBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withName("web")
                    .withUid("u1")
                    .endMetadata()
                    .build();

    private final FakeCluster cluster = new FakeCluster();
    private final FakeClock clock = new FakeClock();
    private final EventNames names = new EventNames();
    private final EventSink sink = sink("kubelet");

    private EventSink sink(String component) {
        return new EventSink(
                cluster.of(Event.class), component, "node", names, clock, Runnable::run);
    }

    @Test
    void anEventSaysWhatItIsAboutAndWho() {
        sink.normal(POD, "Scheduled", "to node");
        Event event = cluster.all(Event.class).get(0);
        assertEquals("default", event.getMetadata().getNamespace());
        assertEquals("Pod", event.getInvolvedObject().getKind());
        assertEquals("u1", event.getInvolvedObject().getUid());
        assertNull(event.getInvolvedObject().getFieldPath());
        assertEquals("kubelet", event.getSource().getComponent());
        assertEquals("node", event.getSource().getHost());
        assertEquals(1, event.getCount());
    }

    @Test
    void anEventAboutAPartSaysWhichAndIsCountedApart() {
        sink.at("spec.containers{main}").normal(POD, "Started", "it");
        sink.at("spec.containers{side}").normal(POD, "Started", "it");
        sink.at("spec.containers{side}").normal(POD, "Started", "it");
        List<Event> events = cluster.all(Event.class);
        assertEquals(
                List.of("spec.containers{main} 1", "spec.containers{side} 2"),
                events.stream()
                        .map(
                                event ->
                                        event.getInvolvedObject().getFieldPath()
                                                + " "
                                                + event.getCount())
                        .sorted()
                        .toList());
    }

    @Test
    void eventsOfOneNanosecondHaveNamesOfTheirOwn() {
        sink.normal(POD, "Pulled", "image");
        sink.normal(POD, "Created", "container");
        sink("scheduler").normal(POD, "Scheduled", "to node");
        long nanos = clock.instant().getEpochSecond() * 1_000_000_000L;
        assertEquals(
                Set.of(
                        "Pulled web." + Long.toHexString(nanos),
                        "Created web." + Long.toHexString(nanos + 1),
                        "Scheduled web." + Long.toHexString(nanos + 2)),
                cluster.all(Event.class).stream()
                        .map(event -> event.getReason() + " " + event.getMetadata().getName())
                        .collect(Collectors.toSet()));
    }

    @Test
    void anEventAboutANameThatNoEventCanHaveIsNamedByTheUid() {
        for (String name : List.of("system:node", "a".repeat(253))) {
            sink.normal(
                    new PodBuilder(POD).editMetadata().withName(name).endMetadata().build(),
                    "Seen",
                    "it");
        }
        assertEquals(
                2,
                cluster.all(Event.class).stream()
                        .filter(event -> event.getMetadata().getName().startsWith("u1."))
                        .count());
    }

    @Test
    void afterAnHourTheSameEventIsANewOne() {
        sink.warning(POD, "Failed", "again");
        clock.advance(Duration.ofMinutes(61));
        sink.warning(POD, "Failed", "again");
        assertEquals(2, cluster.all(Event.class).size());
    }

    @Test
    void aFloodIsCutOffAtItsBurst() {
        for (int i = 0; i < 40; i++) {
            clock.advance(Duration.ofMillis(1));
            sink.warning(POD, "Failed", "no. " + i);
        }
        assertEquals(25, cluster.all(Event.class).size());
    }
}
