package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Requests and limits as numbers: milli-CPUs and bytes. */
final class Quantities {
    static final String CPU = "cpu";
    static final String MEMORY = "memory";

    /** Before the size of a page. */
    static final String HUGE_PAGES = "hugepages-";

    private Quantities() {}

    /** Milli-CPUs, rounded up. */
    static OptionalLong milliCpu(Map<String, Quantity> resources) {
        return amount(resources, CPU)
                .map(cpu -> OptionalLong.of(ceil(cpu.movePointRight(3))))
                .orElse(OptionalLong.empty());
    }

    static OptionalLong bytes(Map<String, Quantity> resources, String name) {
        return amount(resources, name)
                .map(bytes -> OptionalLong.of(ceil(bytes)))
                .orElse(OptionalLong.empty());
    }

    static Map<String, Quantity> requests(Container container) {
        return container.getResources() == null || container.getResources().getRequests() == null
                ? Map.of()
                : container.getResources().getRequests();
    }

    static Map<String, Quantity> limits(Container container) {
        return container.getResources() == null || container.getResources().getLimits() == null
                ? Map.of()
                : container.getResources().getLimits();
    }

    /**
     * What the pod asks of the node: the sum of its containers and sidecars, or the largest of its
     * init containers together with the sidecars before it, plus the overhead.
     */
    static long podRequest(Pod pod, String resource) {
        long sidecars = 0;
        long init = 0;
        for (Container container : pod.getSpec().getInitContainers()) {
            long own = request(container, resource);
            if (Containers.isSidecar(container)) {
                sidecars += own;
                init = Math.max(init, sidecars);
            } else {
                init = Math.max(init, sidecars + own);
            }
        }
        long sum = sidecars;
        for (Container container : pod.getSpec().getContainers()) {
            sum += request(container, resource);
        }
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        return Math.max(sum, init) + (overhead == null ? 0 : of(overhead, resource).orElse(0));
    }

    static long request(Container container, String resource) {
        return of(requests(container), resource).orElse(0);
    }

    static OptionalLong of(Map<String, Quantity> resources, String name) {
        return name.equals(CPU) ? milliCpu(resources) : bytes(resources, name);
    }

    private static Optional<BigDecimal> amount(Map<String, Quantity> resources, String name) {
        return Optional.ofNullable(resources.get(name)).map(Quantity::getNumericalAmount);
    }

    private static long ceil(BigDecimal number) {
        return number.setScale(0, RoundingMode.CEILING).longValue();
    }
}
