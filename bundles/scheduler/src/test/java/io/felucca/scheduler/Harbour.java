package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.scheduler.api.Bind;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Verdict;
import io.felucca.scheduler.plugins.BalancedAllocation;
import io.felucca.scheduler.plugins.ImageLocality;
import io.felucca.scheduler.plugins.InterPodAffinity;
import io.felucca.scheduler.plugins.NodeAffinity;
import io.felucca.scheduler.plugins.NodeName;
import io.felucca.scheduler.plugins.NodePorts;
import io.felucca.scheduler.plugins.NodeResourcesFit;
import io.felucca.scheduler.plugins.NodeUnschedulable;
import io.felucca.scheduler.plugins.PodTopologySpread;
import io.felucca.scheduler.plugins.PrioritySort;
import io.felucca.scheduler.plugins.SchedulingGates;
import io.felucca.scheduler.plugins.TaintToleration;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;

/** The whole scheduler over a cluster in memory, on the test's own thread. */
final class Harbour {
    final FakeCluster cluster = new FakeCluster();
    final FakeClock clock = new FakeClock();
    final Mailbox mailbox = new Mailbox();
    final SchedulerMetrics metrics = new SchedulerMetrics(System::nanoTime);
    final Map<String, Plugin> plugins = new HashMap<>();

    /** Bindings that wait, while {@link #slowBinding}. */
    final Queue<Runnable> bindings = new ArrayDeque<>();

    final Scheduling scheduling;
    boolean slowBinding;
    Optional<String> bindingFailure = Optional.empty();
    private Map<String, Plugin> snapshot = Map.of();

    Harbour(String... profiles) {
        this(new SplittableRandom(1), profiles);
    }

    Harbour(SplittableRandom random, String... profiles) {
        List.of(
                        new PrioritySort(),
                        new SchedulingGates(),
                        new NodeName(),
                        new NodeUnschedulable(),
                        new TaintToleration(),
                        new NodeAffinity(),
                        new NodePorts(),
                        new NodeResourcesFit(),
                        new BalancedAllocation(),
                        new ImageLocality(),
                        new PodTopologySpread(),
                        new InterPodAffinity(cluster.informers()),
                        new Assigner())
                .forEach(plugin -> plugins.put(plugin.name(), plugin));
        List<Profile> parsed =
                profiles.length == 0
                        ? List.of(Profile.parse("default-scheduler"))
                        : List.of(profiles).stream().map(Profile::parse).toList();
        scheduling =
                new Scheduling(
                        parsed,
                        this::snapshot,
                        mailbox,
                        new NodeChoice(random, 0),
                        new Binder(this::execute),
                        new Reporter(cluster, clock, Runnable::run),
                        clock,
                        metrics);
        cluster.informers().of(Node.class).onChange(mailbox::node);
        cluster.informers().of(Pod.class).onChange(mailbox::pod);
    }

    private void execute(Runnable binding) {
        if (slowBinding) {
            bindings.add(binding);
        } else {
            binding.run();
        }
    }

    private Map<String, Plugin> snapshot() {
        if (!snapshot.equals(plugins)) {
            snapshot = Map.copyOf(plugins);
        }
        return snapshot;
    }

    /** Lets it work until there is nothing left to do at this time. */
    void settle() {
        int idle = 0;
        while (idle < 2) {
            idle = scheduling.step() ? 0 : idle + 1;
        }
    }

    void advance(Duration by) {
        clock.advance(by);
        settle();
    }

    Pod pod(String name) {
        return pods().get(new Key("default", name)).orElseThrow();
    }

    Client<Pod> pods() {
        return cluster.of(Pod.class);
    }

    void delete(String name) {
        pods().delete(new Key("default", name), Client.Deletion.PLAIN);
    }

    /** The pod's node, empty for none. */
    String nodeOf(String name) {
        String node = pod(name).getSpec().getNodeName();
        return node == null ? "" : node;
    }

    PodCondition condition(String name) {
        return pod(name).getStatus().getConditions().stream()
                .filter(one -> one.getType().equals("PodScheduled"))
                .findFirst()
                .orElseThrow();
    }

    /** Binds as the server would. */
    private final class Assigner implements Bind {
        @Override
        public String name() {
            return "DefaultBinder";
        }

        @Override
        public Verdict bind(CycleState state, PodInfo pod, String node) {
            if (bindingFailure.isPresent()) {
                return Verdict.error(bindingFailure.get());
            }
            Optional<Pod> present = pods().get(Key.of(pod.pod()));
            if (present.isEmpty()) {
                return Verdict.error("pods \"" + pod.name() + "\" not found");
            }
            cluster.with(
                    new PodBuilder(present.get()).editSpec().withNodeName(node).endSpec().build());
            return Verdict.SUCCESS;
        }
    }
}
