package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pod needs in all: its containers together with its sidecars, or its largest init container
 * with the sidecars started before it, whichever is more, plus the overhead (KEP-753). Requests of
 * the pod as a whole take precedence (KEP-2837). While a resize is under way, the larger of wanted
 * and given counts (KEP-1287).
 */
final class PodRequests {
    private static final long DEFAULT_MILLI_CPU = 100;
    private static final long DEFAULT_MEMORY = 200L * 1024 * 1024;

    private PodRequests() {}

    /**
     * @param defaults what each container counts for that requests no cpu or no memory; null for
     *     nothing
     */
    static Resources of(Pod pod, Resources defaults) {
        PodSpec spec = pod.getSpec();
        Map<String, Resources> given = given(pod.getStatus());
        Resources running = new Resources();
        for (Container container : spec.getContainers()) {
            running.add(of(container, defaults, given));
        }
        Resources sidecars = new Resources();
        Resources starting = new Resources();
        for (Container container : spec.getInitContainers()) {
            Resources one = of(container, defaults, given);
            if ("Always".equals(container.getRestartPolicy())) {
                sidecars.add(one);
                starting.raise(sidecars);
            } else {
                one.add(sidecars);
                starting.raise(one);
            }
        }
        running.add(sidecars);
        running.raise(starting);
        applyPodLevel(running, spec.getResources());
        running.add(Resources.of(spec.getOverhead()));
        return running;
    }

    /** For spreading: a pod that requests nothing still counts for something. */
    static Resources defaults() {
        Resources defaults = new Resources();
        defaults.set(Resources.CPU, DEFAULT_MILLI_CPU);
        defaults.set(Resources.MEMORY, DEFAULT_MEMORY);
        return defaults;
    }

    private static Resources of(
            Container container, Resources defaults, Map<String, Resources> given) {
        Map<String, Quantity> requests = requests(container.getResources());
        Resources result = Resources.of(requests);
        if (defaults != null && !requests.containsKey("cpu")) {
            result.set(Resources.CPU, defaults.get(Resources.CPU));
        }
        if (defaults != null && !requests.containsKey("memory")) {
            result.set(Resources.MEMORY, defaults.get(Resources.MEMORY));
        }
        Resources present = given.get(container.getName());
        if (present != null) {
            result.raise(present);
        }
        return result;
    }

    private static void applyPodLevel(Resources total, ResourceRequirements podLevel) {
        requests(podLevel).forEach(total::set);
    }

    private static Map<String, Quantity> requests(ResourceRequirements resources) {
        return resources == null || resources.getRequests() == null
                ? Map.of()
                : resources.getRequests();
    }

    private static Map<String, Resources> given(PodStatus status) {
        if (status == null) {
            return Map.of();
        }
        Map<String, Resources> given = new HashMap<>();
        for (List<ContainerStatus> kind :
                List.of(status.getContainerStatuses(), status.getInitContainerStatuses())) {
            for (ContainerStatus container : kind) {
                Resources present = Resources.of(requests(container.getResources()));
                present.raise(Resources.of(container.getAllocatedResources()));
                if (!present.isZero()) {
                    given.put(container.getName(), present);
                }
            }
        }
        return given;
    }
}
