package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.testing.FakeCluster;
import io.felucca.scheduler.api.Bind;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Verdict;
import java.lang.annotation.Annotation;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulerComponentTest {
    private final BlockingQueue<String> bound = new LinkedBlockingQueue<>(10);

    @Test
    void threadsEndWithTheComponentAndPodsWaitForPluginsThatComeLater() throws Exception {
        FakeCluster cluster = new FakeCluster();
        cluster.with(Objects.plainNode("a"), Objects.plainPod("web"));
        SchedulerComponent component =
                new SchedulerComponent(
                        new Settings("default-scheduler"),
                        cluster,
                        cluster.informers(),
                        Clock.systemUTC(),
                        set -> () -> {});
        for (Plugin plugin : new Harbour().plugins.values()) {
            component.bindPlugin(plugin.name().equals("DefaultBinder") ? new Recorder() : plugin);
        }
        assertEquals("web on a", bound.poll(30, TimeUnit.SECONDS));
        component.deactivate();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (threadsAreThere() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertFalse(threadsAreThere());
    }

    @Test
    void lineOfAFileNamesSeveralProfiles() throws Exception {
        FakeCluster cluster = new FakeCluster();
        Pod second = Objects.plainPod("second");
        second.getSpec().setSchedulerName("packing");
        cluster.with(Objects.plainNode("a"), Objects.plainPod("first"), second);
        SchedulerComponent component =
                new SchedulerComponent(
                        new Settings("default-scheduler; packing=-ImageLocality,+NodeName:3"),
                        cluster,
                        cluster.informers(),
                        Clock.systemUTC(),
                        set -> () -> {});
        try {
            for (Plugin plugin : new Harbour().plugins.values()) {
                component.bindPlugin(
                        plugin.name().equals("DefaultBinder") ? new Recorder() : plugin);
            }
            assertEquals(
                    Set.of("first on a", "second on a"),
                    Set.of(
                            Optional.ofNullable(bound.poll(30, TimeUnit.SECONDS)).orElse("no pod"),
                            Optional.ofNullable(bound.poll(30, TimeUnit.SECONDS)).orElse("none")));
        } finally {
            component.deactivate();
        }
    }

    @Test
    void profilesOfAFileAreReadOneByOne() {
        List<Profile> profiles =
                Profile.parseAll("default-scheduler;packing=-ImageLocality,+NodeName:3;");
        assertEquals(
                List.of("default-scheduler", "packing"),
                profiles.stream().map(Profile::name).toList());
        assertEquals(3, profiles.get(1).plugins().get("NodeName"));
        assertFalse(profiles.get(1).plugins().containsKey("ImageLocality"));
    }

    @Test
    void profilesMustDifferInName() {
        IllegalArgumentException twice =
                assertThrows(IllegalArgumentException.class, () -> Profile.parseAll("a;b", "a"));
        assertEquals("profiles: \"a\" is there twice", twice.getMessage());
        IllegalArgumentException none =
                assertThrows(IllegalArgumentException.class, () -> Profile.parseAll(" ; "));
        assertEquals("profiles must name at least one profile", none.getMessage());
    }

    private static boolean threadsAreThere() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("scheduler"));
    }

    private final class Recorder implements Bind {
        @Override
        public String name() {
            return "DefaultBinder";
        }

        @Override
        public Verdict bind(CycleState state, PodInfo pod, String node) {
            bound.add(pod.name() + " on " + node);
            return Verdict.SUCCESS;
        }
    }

    @SuppressWarnings("BadAnnotationImplementation") // compared with nothing
    private static final class Settings implements SchedulerComponent.Config {
        private final String profiles;

        Settings(String profiles) {
            this.profiles = profiles;
        }

        @Override
        public String[] profiles() {
            return new String[] {profiles};
        }

        @Override
        public int percentageOfNodesToScore() {
            return 0;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return SchedulerComponent.Config.class;
        }
    }
}
