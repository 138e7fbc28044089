package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.felucca.client.testing.FakeCluster;
import io.felucca.scheduler.api.Bind;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Verdict;
import java.lang.annotation.Annotation;
import java.time.Clock;
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
                        new Settings(), cluster, cluster.informers(), Clock.systemUTC());
        for (Plugin plugin : new Harbour().plugins.values()) {
            component.bindPlugin(plugin.name().equals("DefaultBinder") ? new Recorder() : plugin);
        }
        assertEquals("web on a", bound.poll(10, TimeUnit.SECONDS));
        component.deactivate();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (threadsAreThere() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertFalse(threadsAreThere());
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

    /** The defaults. */
    @SuppressWarnings("BadAnnotationImplementation") // compared with nothing
    private static final class Settings implements SchedulerComponent.Config {
        @Override
        public String[] profiles() {
            return new String[] {"default-scheduler"};
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
