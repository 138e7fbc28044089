package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Pods, and what they ask of a node. A pod that has ended counts only as an object. */
final class PodEvaluator implements Evaluator {
    private static final String PODS = "pods";
    private static final String REQUESTS = "requests.";
    private static final String LIMITS = "limits.";
    private static final String HUGE_PAGES = "hugepages-";
    private static final Set<String> COMPUTE = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> TO_BE_SPECIFIED =
            Set.of(
                    "cpu",
                    "memory",
                    "requests.cpu",
                    "requests.memory",
                    "limits.cpu",
                    "limits.memory");

    @Override
    public boolean counts(String name) {
        if (name.equals(PODS) || name.equals(Evaluators.COUNT + PODS) || isCompute(name)) {
            return true;
        }
        if (name.startsWith(LIMITS)) {
            return COMPUTE.contains(name.substring(LIMITS.length()));
        }
        if (!name.startsWith(REQUESTS)) {
            return false;
        }
        String requested = name.substring(REQUESTS.length());
        return isCompute(requested) || isExtended(requested);
    }

    private static boolean isCompute(String name) {
        return COMPUTE.contains(name) || name.startsWith(HUGE_PAGES);
    }

    /** What device plugins offer has a domain, and not Kubernetes' own. */
    private static boolean isExtended(String name) {
        int slash = name.indexOf('/');
        return slash > 0 && !name.substring(0, slash).endsWith("kubernetes.io");
    }

    @Override
    public Amounts usage(JsonNode pod) {
        Map<String, Quantity> usage = new TreeMap<>();
        usage.put(Evaluators.COUNT + PODS, Evaluators.ONE);
        if (hasEnded(pod)) {
            return new Amounts(usage);
        }
        usage.put(PODS, Evaluators.ONE);
        usage.putAll(named(PodAmounts.of(pod, "requests"), PodAmounts.of(pod, "limits")));
        return new Amounts(usage);
    }

    private static boolean hasEnded(JsonNode pod) {
        String phase = pod.path("status").path("phase").asText();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** The names under which requests and limits count. */
    private static Map<String, Quantity> named(
            Map<String, Quantity> requests, Map<String, Quantity> limits) {
        Map<String, Quantity> named = new TreeMap<>();
        requests.forEach(
                (name, amount) -> {
                    if (isCompute(name)) {
                        named.put(name, amount);
                        named.put(REQUESTS + name, amount);
                    } else if (isExtended(name)) {
                        named.put(REQUESTS + name, amount);
                    }
                });
        limits.forEach(
                (name, amount) -> {
                    if (COMPUTE.contains(name)) {
                        named.put(LIMITS + name, amount);
                    }
                });
        return named;
    }

    @Override
    public Map<String, Set<String>> unspecified(JsonNode pod, Set<String> limited) {
        Set<String> required = new HashSet<>(limited);
        required.retainAll(TO_BE_SPECIFIED);
        required.removeAll(specified(pod.path("spec")));
        Map<String, Set<String>> unspecified = new TreeMap<>();
        List<JsonNode> containers = new ArrayList<>();
        pod.path("spec").path("containers").forEach(containers::add);
        pod.path("spec").path("initContainers").forEach(containers::add);
        for (JsonNode container : containers) {
            Set<String> missing = new HashSet<>(required);
            missing.removeAll(specified(container));
            for (String name : missing) {
                unspecified
                        .computeIfAbsent(name, key -> new TreeSet<>())
                        .add(container.path("name").asText());
            }
        }
        return unspecified;
    }

    private static Set<String> specified(JsonNode podOrContainer) {
        JsonNode resources = podOrContainer.path("resources");
        return named(
                        Amounts.read(resources.path("requests")).byName(),
                        Amounts.read(resources.path("limits")).byName())
                .keySet();
    }

    @Override
    public boolean watchesUpdates() {
        return true;
    }

    @Override
    public boolean isIn(Scope scope, JsonNode pod) {
        JsonNode spec = pod.path("spec");
        boolean isTerminating = spec.hasNonNull("activeDeadlineSeconds");
        return switch (scope.name()) {
            case "Terminating" -> isTerminating;
            case "NotTerminating" -> !isTerminating;
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> {
                String name = spec.path("priorityClassName").asText();
                yield scope.selects(name.isEmpty() ? null : name);
            }
            case "CrossNamespacePodAffinity" -> looksAtOtherNamespaces(spec.path("affinity"));
            default -> false;
        };
    }

    private static boolean isBestEffort(JsonNode pod) {
        String known = pod.path("status").path("qosClass").asText();
        if (!known.isEmpty()) {
            return known.equals("BestEffort");
        }
        Set<String> asked = new HashSet<>(specified(pod.path("spec")));
        for (String list : List.of("containers", "initContainers")) {
            pod.path("spec").path(list).forEach(one -> asked.addAll(specified(one)));
        }
        asked.retainAll(TO_BE_SPECIFIED);
        return asked.isEmpty();
    }

    private static boolean looksAtOtherNamespaces(JsonNode affinity) {
        List<JsonNode> terms = new ArrayList<>();
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            affinity.path(kind)
                    .path("requiredDuringSchedulingIgnoredDuringExecution")
                    .forEach(terms::add);
            affinity.path(kind)
                    .path("preferredDuringSchedulingIgnoredDuringExecution")
                    .forEach(weighted -> terms.add(weighted.path("podAffinityTerm")));
        }
        return terms.stream()
                .anyMatch(
                        term ->
                                !term.path("namespaces").isEmpty()
                                        || term.hasNonNull("namespaceSelector"));
    }
}
