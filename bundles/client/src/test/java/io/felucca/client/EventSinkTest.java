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
    private final EventSink sink =
            new EventSink(cluster.of(Event.class), "kubelet", "node", clock, Runnable::run);

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
        clock.advance(Duration.ofSeconds(1));
        sink.at("spec.containers{side}").normal(POD, "Started", "it");
        clock.advance(Duration.ofSeconds(1));
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
