package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Container;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreScore;
import io.felucca.scheduler.api.Score;
import io.felucca.scheduler.api.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Rather nodes that have the pod's large images already; an image that few nodes have counts less,
 * so that not all pods gather there.
 */
@Component(service = Plugin.class, property = Plugin.NAME + "=ImageLocality")
public final class ImageLocality implements PreScore, Score {
    private static final long MEGABYTE = 1024 * 1024;
    private static final long LEAST = 23 * MEGABYTE;
    private static final long MOST_PER_CONTAINER = 1000 * MEGABYTE;

    /** An image that some node has, and the share of all nodes that have it. */
    private record Spread(String image, double share) {}

    private record Images(List<Spread> present, int containers) {}

    @Override
    public String name() {
        return "ImageLocality";
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, List<NodeInfo> feasible) {
        List<Container> containers = new ArrayList<>(pod.pod().getSpec().getContainers());
        containers.addAll(pod.pod().getSpec().getInitContainers());
        double nodes = state.cluster().nodes().size();
        List<Spread> present = new ArrayList<>();
        for (Container container : containers) {
            String image = normalized(container.getImage());
            int having = state.cluster().nodesWithImage(image);
            if (having > 0) {
                present.add(new Spread(image, having / nodes));
            }
        }
        if (present.isEmpty()) {
            return Verdict.SKIP;
        }
        state.put(Images.class, new Images(present, containers.size()));
        return Verdict.SUCCESS;
    }

    /** Nodes list images with their tag. */
    static String normalized(String image) {
        if (image == null) {
            return "";
        }
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }

    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        Images images = state.find(Images.class);
        long sum = 0;
        for (Spread one : images.present()) {
            Long size = node.images().get(one.image());
            if (size != null) {
                sum += (long) (size * one.share());
            }
        }
        long most = MOST_PER_CONTAINER * images.containers();
        long clamped = Math.max(LEAST, Math.min(sum, most));
        return MAX * (clamped - LEAST) / (most - LEAST);
    }
}
