package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.api.Informer.Change;
import io.felucca.client.testing.FakeCluster;
import io.felucca.scheduler.api.Bind;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Verdict;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many decisions per second the cycle makes, without an API: 5,000 nodes in three zones, 10,000
 * pods. Logs one line per round, the first of them cold.
 */
final class DecisionBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionBenchmark.class);
    private static final int NODES = 5_000;
    private static final int PODS = 10_000;
    private static final int ROUNDS = 3;

    private static String workload = "plain";

    private DecisionBenchmark() {}

    /** Argument: one of plain, anti-affinity, affinity, preferred-affinity, spreading. */
    public static void main(String[] arguments) {
        workload = arguments.length == 0 ? "plain" : arguments[0];
        for (int round = 1; round <= ROUNDS; round++) {
            run(round);
        }
    }

    private static void run(int round) {
        Map<String, Plugin> plugins = new HashMap<>(new Harbour().plugins);
        plugins.put("DefaultBinder", new Nowhere());
        Map<String, Plugin> fixed = Map.copyOf(plugins);
        Mailbox mailbox = new Mailbox();
        Clock clock = Clock.systemUTC();
        Scheduling scheduling =
                new Scheduling(
                        java.util.List.of(Profile.parse("default-scheduler")),
                        () -> fixed,
                        mailbox,
                        new NodeChoice(new SplittableRandom(round), 0),
                        new Binder(Runnable::run),
                        new Reporter(new FakeCluster(), clock, Runnable::run),
                        clock,
                        new SchedulerMetrics(System::nanoTime));
        for (int i = 0; i < NODES; i++) {
            mailbox.node(new Change<>(Optional.empty(), Optional.of(node(i))));
        }
        int pods = workload.equals("anti-affinity") ? NODES : PODS;
        for (int i = 0; i < pods; i++) {
            Pod pod = wishing(Objects.pod("p" + i, "250m", "256Mi"));
            mailbox.pod(new Change<>(Optional.empty(), Optional.of(pod)));
        }
        long begin = System.nanoTime();
        int placed = 0;
        while (scheduling.step()) {
            placed++;
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        LOG.info(
                "{}, round {}: {} pods on {} nodes in {} s: {} decisions/s",
                workload,
                round,
                placed,
                NODES,
                Math.round(seconds * 100) / 100.0,
                Math.round(placed / seconds));
    }

    private static Node node(int number) {
        return new NodeBuilder(Objects.node("n" + number, "32", "64Gi").build())
                .editMetadata()
                .addToLabels("topology.kubernetes.io/zone", "z" + number % 3)
                .endMetadata()
                .build();
    }

    private static Pod wishing(PodBuilder pod) {
        pod.editMetadata().addToLabels("app", "web").endMetadata();
        PodAffinityTerm near =
                new PodAffinityTermBuilder()
                        .withNewLabelSelector()
                        .addToMatchLabels("app", "web")
                        .endLabelSelector()
                        .withTopologyKey(
                                workload.equals("affinity")
                                        ? "topology.kubernetes.io/zone"
                                        : "kubernetes.io/hostname")
                        .build();
        return switch (workload) {
            case "plain" -> pod.build();
            case "anti-affinity" ->
                    pod.editSpec()
                            .withNewAffinity()
                            .withNewPodAntiAffinity()
                            .addToRequiredDuringSchedulingIgnoredDuringExecution(near)
                            .endPodAntiAffinity()
                            .endAffinity()
                            .endSpec()
                            .build();
            case "affinity" ->
                    pod.editSpec()
                            .withNewAffinity()
                            .withNewPodAffinity()
                            .addToRequiredDuringSchedulingIgnoredDuringExecution(near)
                            .endPodAffinity()
                            .endAffinity()
                            .endSpec()
                            .build();
            case "preferred-affinity" ->
                    pod.editSpec()
                            .withNewAffinity()
                            .withNewPodAffinity()
                            .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                            .withWeight(1)
                            .withPodAffinityTerm(near)
                            .endPreferredDuringSchedulingIgnoredDuringExecution()
                            .endPodAffinity()
                            .endAffinity()
                            .endSpec()
                            .build();
            case "spreading" ->
                    pod.editSpec()
                            .addNewTopologySpreadConstraint()
                            .withMaxSkew(5)
                            .withTopologyKey("topology.kubernetes.io/zone")
                            .withWhenUnsatisfiable("DoNotSchedule")
                            .withLabelSelector(near.getLabelSelector())
                            .endTopologySpreadConstraint()
                            .endSpec()
                            .build();
            default -> throw new IllegalArgumentException("no workload " + workload);
        };
    }

    private static final class Nowhere implements Bind {
        @Override
        public String name() {
            return "DefaultBinder";
        }

        @Override
        public Verdict bind(CycleState state, PodInfo pod, String node) {
            return Verdict.SUCCESS;
        }
    }
}
