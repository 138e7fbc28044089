package io.felucca.controller.api;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import io.felucca.machinery.LabelSelector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Which pods stand behind a Service, and where they are to be reached. */
public final class Backends {
    private Backends() {}

    /** The services that pick a pod. */
    public static Collection<Key> servicesOf(Pod pod, Lister<Service> services) {
        Map<String, String> labels = Selectors.labels(pod);
        return services.list(pod.getMetadata().getNamespace()).stream()
                .filter(Backends::hasSelector)
                .filter(
                        service ->
                                LabelSelector.ofLabels(service.getSpec().getSelector())
                                        .matches(labels))
                .map(Key::of)
                .toList();
    }

    /** Whether the service's backends are made from pods at all; otherwise its owner keeps them. */
    public static boolean hasSelector(Service service) {
        return service.getSpec() != null
                && !"ExternalName".equals(service.getSpec().getType())
                && service.getSpec().getSelector() != null
                && !service.getSpec().getSelector().isEmpty();
    }

    /** The pods that a service picks and that have, or may yet have, an address to give. */
    public static List<Pod> of(Service service, Lister<Pod> pods) {
        LabelSelector selector = LabelSelector.ofLabels(service.getSpec().getSelector());
        return pods.list(service.getMetadata().getNamespace(), selector).stream()
                .filter(pod -> !Pods.isFinished(pod))
                .filter(pod -> !addresses(pod).isEmpty())
                .toList();
    }

    public static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }

    public static boolean publishesNotReady(Service service) {
        return Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
    }

    /** The pod's addresses of both families. */
    public static List<String> addresses(Pod pod) {
        if (pod.getStatus() == null) {
            return List.of();
        }
        List<String> all =
                pod.getStatus().getPodIPs().stream()
                        .map(PodIP::getIp)
                        .filter(one -> one != null && !one.isEmpty())
                        .toList();
        String first = pod.getStatus().getPodIP();
        return all.isEmpty() && first != null && !first.isEmpty() ? List.of(first) : all;
    }

    public static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    /** The name under which DNS shows the pod, if the service is the one the pod names. */
    public static Optional<String> hostname(Pod pod, Service service) {
        String hostname = pod.getSpec().getHostname();
        return hostname != null
                        && !hostname.isEmpty()
                        && service.getMetadata().getName().equals(pod.getSpec().getSubdomain())
                ? Optional.of(hostname)
                : Optional.empty();
    }

    /** The pod's port that a service's port means; empty if no container names it so. */
    public static OptionalInt port(Pod pod, ServicePort port) {
        if (port.getTargetPort() == null) {
            return OptionalInt.of(port.getPort());
        }
        if (port.getTargetPort().getIntVal() != null) {
            int number = port.getTargetPort().getIntVal();
            return OptionalInt.of(number == 0 ? port.getPort() : number);
        }
        String name = port.getTargetPort().getStrVal();
        return Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream().filter(Backends::isSidecar))
                .flatMap(container -> container.getPorts().stream())
                .filter(one -> name.equals(one.getName()))
                .filter(one -> protocol(one.getProtocol()).equals(protocol(port.getProtocol())))
                .mapToInt(ContainerPort::getContainerPort)
                .findFirst();
    }

    public static String protocol(String given) {
        return given == null || given.isEmpty() ? "TCP" : given;
    }

    private static boolean isSidecar(Container container) {
        return "Always".equals(container.getRestartPolicy());
    }
}
