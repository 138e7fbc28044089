package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.felucca.scheduler.api.ClusterView;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.PodInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods, nodes and states for the tests of single plugins. */
final class Cases {
    private Cases() {}

    static NodeBuilder node(String name, String cpu, String memory) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withAllocatable(
                        Map.of(
                                "cpu", new Quantity(cpu),
                                "memory", new Quantity(memory),
                                "pods", new Quantity("3")))
                .endStatus();
    }

    static NodeInfo info(Node node, Pod... pods) {
        NodeInfo info = new NodeInfo(node.getMetadata().getName());
        info.setNode(node);
        for (Pod pod : pods) {
            info.add(new PodInfo(pod));
        }
        return info;
    }

    static PodBuilder pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withUid("uid-" + name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("nginx")
                .endContainer()
                .endSpec();
    }

    static PodBuilder pod(String name, String resource, String amount) {
        return pod(name)
                .editSpec()
                .editFirstContainer()
                .withNewResources()
                .addToRequests(resource, new Quantity(amount))
                .endResources()
                .endContainer()
                .endSpec();
    }

    static CycleState state(NodeInfo... nodes) {
        return new CycleState(
                new ClusterView() {
                    @Override
                    public List<NodeInfo> nodes() {
                        return List.of(nodes);
                    }

                    @Override
                    public Optional<NodeInfo> node(String name) {
                        return nodes().stream().filter(one -> one.name().equals(name)).findAny();
                    }

                    @Override
                    public long generation() {
                        return 0;
                    }

                    @Override
                    public Optional<List<NodeInfo>> changedSince(long generation) {
                        return Optional.empty();
                    }

                    @Override
                    public List<NodeInfo> nodesWithPodAffinity() {
                        return nodes().stream()
                                .filter(one -> !one.podsWithAffinity().isEmpty())
                                .toList();
                    }

                    @Override
                    public int nodesWithImage(String image) {
                        return (int)
                                nodes().stream()
                                        .filter(one -> one.images().containsKey(image))
                                        .count();
                    }
                });
    }
}
