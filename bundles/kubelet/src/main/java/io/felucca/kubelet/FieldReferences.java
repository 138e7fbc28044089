package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a pod may be told about itself: fieldRef and resourceFieldRef. */
public final class FieldReferences {
    private static final Pattern SUBSCRIPT =
            Pattern.compile("metadata\\.(labels|annotations)\\['([^']*)'\\]");

    /**
     * Where the pod runs.
     *
     * @param podIps known once the network is there
     */
    public record Place(
            String nodeName,
            String nodeIp,
            List<String> podIps,
            long nodeMilliCpu,
            long nodeMemoryBytes,
            long nodeStorageBytes) {
        public Place {
            podIps = List.copyOf(podIps);
        }
    }

    private FieldReferences() {}

    /**
     * @throws IllegalArgumentException for a field that can't be referred to
     */
    public static String field(Pod pod, String path, Place place) {
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            Map<String, String> map =
                    subscript.group(1).equals("labels")
                            ? pod.getMetadata().getLabels()
                            : pod.getMetadata().getAnnotations();
            return map.getOrDefault(subscript.group(2), "");
        }
        String serviceAccount = pod.getSpec().getServiceAccountName();
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels" -> lines(pod.getMetadata().getLabels());
            case "metadata.annotations" -> lines(pod.getMetadata().getAnnotations());
            case "spec.nodeName" -> place.nodeName();
            case "spec.serviceAccountName" -> serviceAccount == null ? "" : serviceAccount;
            case "status.hostIP", "status.hostIPs" -> place.nodeIp();
            case "status.podIP" -> ips(pod, place).stream().findFirst().orElse("");
            case "status.podIPs" -> String.join(",", ips(pod, place));
            default -> throw new IllegalArgumentException("unsupported fieldPath: " + path);
        };
    }

    /**
     * @param self the container that asks, for a selector that names none
     */
    public static String resource(
            Pod pod, Container self, ResourceFieldSelector selector, Place place) {
        Container of = self;
        String name = selector.getContainerName();
        if (name != null && !name.isEmpty()) {
            of =
                    Containers.find(pod, name)
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "container " + name + " not found"));
        }
        String resource = selector.getResource().replaceFirst("^(limits|requests)\\.", "");
        boolean limit = selector.getResource().startsWith("limits.");
        Quantity quantity = (limit ? Quantities.limits(of) : Quantities.requests(of)).get(resource);
        if (quantity == null && !limit) {
            // A limit stands for the request, but nothing stands for a request.
            quantity = Quantities.limits(of).get(resource);
        }
        BigDecimal amount =
                quantity != null
                        ? quantity.getNumericalAmount()
                        : limit ? allocatable(resource, place) : BigDecimal.ZERO;
        BigDecimal divisor = BigDecimal.ONE;
        Quantity given = selector.getDivisor();
        if (given != null && given.getNumericalAmount().signum() != 0) {
            divisor = given.getNumericalAmount();
        }
        return amount.divide(divisor, 0, RoundingMode.CEILING).toBigInteger().toString();
    }

    private static BigDecimal allocatable(String resource, Place place) {
        return switch (resource) {
            case "cpu" -> BigDecimal.valueOf(place.nodeMilliCpu(), 3);
            case "memory" -> BigDecimal.valueOf(place.nodeMemoryBytes());
            case "ephemeral-storage" -> BigDecimal.valueOf(place.nodeStorageBytes());
            default -> BigDecimal.ZERO;
        };
    }

    private static List<String> ips(Pod pod, Place place) {
        return Containers.onHostNetwork(pod) ? List.of(place.nodeIp()) : place.podIps();
    }

    private static String lines(Map<String, String> map) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + quoted(entry.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
