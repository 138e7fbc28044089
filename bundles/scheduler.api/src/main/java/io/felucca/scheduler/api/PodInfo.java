package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A pod with what scheduling asks again and again worked out once. Immutable. */
public final class PodInfo {
    private static final Resources DEFAULTS = PodRequests.defaults();

    private final Pod pod;
    private final String namespace;
    private final String name;
    private final String uid;
    private final int priority;
    private final Resources requests;
    private final long nonZeroMilliCpu;
    private final long nonZeroMemory;
    private final List<HostPort> hostPorts;
    private final Map<String, String> labels;
    private final AffinityTerms affinityTerms;
    private final List<SpreadConstraint> spreadConstraints;

    /**
     * @throws IllegalArgumentException if a quantity or a selector in it can't be read
     */
    public PodInfo(Pod pod) {
        this.pod = pod;
        String in = pod.getMetadata().getNamespace();
        this.namespace = in == null ? "" : in;
        this.name = pod.getMetadata().getName();
        this.uid = String.valueOf(pod.getMetadata().getUid());
        Integer set = pod.getSpec().getPriority();
        this.priority = set == null ? 0 : set;
        this.requests = PodRequests.of(pod, null);
        Resources nonZero = PodRequests.of(pod, DEFAULTS);
        this.nonZeroMilliCpu = nonZero.get(Resources.CPU);
        this.nonZeroMemory = nonZero.get(Resources.MEMORY);
        this.hostPorts = hostPorts(pod);
        Map<String, String> present = pod.getMetadata().getLabels();
        this.labels = present == null ? Map.of() : present;
        this.affinityTerms = AffinityTerms.of(pod);
        this.spreadConstraints = SpreadConstraint.of(pod);
    }

    private static List<HostPort> hostPorts(Pod pod) {
        List<HostPort> ports = new ArrayList<>();
        Stream<Container> sidecars =
                pod.getSpec().getInitContainers().stream()
                        .filter(one -> "Always".equals(one.getRestartPolicy()));
        Stream.concat(pod.getSpec().getContainers().stream(), sidecars)
                .forEach(container -> container.getPorts().forEach(port -> add(ports, port)));
        return List.copyOf(ports);
    }

    private static void add(List<HostPort> ports, ContainerPort port) {
        if (port.getHostPort() != null && port.getHostPort() > 0) {
            String address = port.getHostIP();
            String protocol = port.getProtocol();
            ports.add(
                    new HostPort(
                            address == null || address.isEmpty() ? HostPort.EVERY_ADDRESS : address,
                            protocol == null || protocol.isEmpty() ? "TCP" : protocol,
                            port.getHostPort()));
        }
    }

    /** The object, shared: never to be changed. */
    public Pod pod() {
        return pod;
    }

    public String namespace() {
        return namespace;
    }

    public String name() {
        return name;
    }

    public String uid() {
        return uid;
    }

    public int priority() {
        return priority;
    }

    /** What it needs to fit; not to be changed. */
    public Resources requests() {
        return requests;
    }

    /** Its cpu for spreading, where a container that requests none counts for 100m. */
    public long nonZeroMilliCpu() {
        return nonZeroMilliCpu;
    }

    /** Its memory for spreading, where a container that requests none counts for 200Mi. */
    public long nonZeroMemory() {
        return nonZeroMemory;
    }

    public List<HostPort> hostPorts() {
        return hostPorts;
    }

    /** Never null. */
    public Map<String, String> labels() {
        return labels;
    }

    public AffinityTerms affinityTerms() {
        return affinityTerms;
    }

    public List<SpreadConstraint> spreadConstraints() {
        return spreadConstraints;
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
