package io.felucca.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The taints that a node's conditions ask for, and who tolerates them. */
final class Taints {
    static final String NO_SCHEDULE = "NoSchedule";
    static final String NO_EXECUTE = "NoExecute";
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    /** By the condition that asks for it by being true. */
    private static final Map<String, String> BY_CONDITION = byCondition();

    private static final Set<String> BY_READINESS = Set.of(NOT_READY, UNREACHABLE);

    private Taints() {}

    private static Map<String, String> byCondition() {
        Map<String, String> taints = new LinkedHashMap<>();
        taints.put("MemoryPressure", "node.kubernetes.io/memory-pressure");
        taints.put("DiskPressure", "node.kubernetes.io/disk-pressure");
        taints.put("NetworkUnavailable", "node.kubernetes.io/network-unavailable");
        taints.put("PIDPressure", "node.kubernetes.io/pid-pressure");
        return taints;
    }

    /** The taint of a node that is not ready; one that never said so is not either. */
    static Optional<String> byReadiness(Node node) {
        return switch (NodeConditions.status(node, NodeConditions.READY)) {
            case "True" -> Optional.empty();
            case NodeConditions.UNKNOWN -> Optional.of(UNREACHABLE);
            default -> Optional.of(NOT_READY);
        };
    }

    /**
     * The node's taints as they should be. Those that others set stay where they are.
     *
     * @param evicting whether the node's pods should go, too
     */
    static List<Taint> wanted(Node node, boolean evicting, Instant now) {
        List<Taint> wanted = new ArrayList<>();
        byReadiness(node).ifPresent(key -> wanted.add(taint(key, NO_SCHEDULE, now)));
        BY_CONDITION.forEach(
                (type, key) -> {
                    if (NodeConditions.status(node, type).equals("True")) {
                        wanted.add(taint(key, NO_SCHEDULE, now));
                    }
                });
        if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            wanted.add(taint(UNSCHEDULABLE, NO_SCHEDULE, now));
        }
        if (evicting) {
            byReadiness(node).ifPresent(key -> wanted.add(taint(key, NO_EXECUTE, now)));
        }
        List<Taint> taints = new ArrayList<>();
        for (Taint present : node.getSpec().getTaints()) {
            if (!isOurs(present) || wanted.stream().anyMatch(one -> same(one, present))) {
                taints.add(present);
            }
        }
        for (Taint one : wanted) {
            if (taints.stream().noneMatch(present -> same(one, present))) {
                taints.add(one);
            }
        }
        return taints;
    }

    static boolean has(Node node, String key, String effect) {
        return node.getSpec() != null
                && node.getSpec().getTaints().stream()
                        .anyMatch(
                                one -> one.getKey().equals(key) && one.getEffect().equals(effect));
    }

    static List<Taint> evicting(Node node) {
        return node.getSpec() == null
                ? List.of()
                : node.getSpec().getTaints().stream()
                        .filter(one -> NO_EXECUTE.equals(one.getEffect()))
                        .toList();
    }

    static boolean tolerates(Toleration toleration, Taint taint) {
        boolean anyEffect = isEmpty(toleration.getEffect());
        if (!anyEffect && !toleration.getEffect().equals(taint.getEffect())) {
            return false;
        }
        if (!isEmpty(toleration.getKey()) && !toleration.getKey().equals(taint.getKey())) {
            return false;
        }
        return "Exists".equals(toleration.getOperator())
                || text(toleration.getValue()).equals(text(taint.getValue()));
    }

    private static boolean isOurs(Taint taint) {
        boolean noSchedule =
                NO_SCHEDULE.equals(taint.getEffect())
                        && (BY_CONDITION.containsValue(taint.getKey())
                                || BY_READINESS.contains(taint.getKey())
                                || UNSCHEDULABLE.equals(taint.getKey()));
        return noSchedule
                || (NO_EXECUTE.equals(taint.getEffect()) && BY_READINESS.contains(taint.getKey()));
    }

    private static Taint taint(String key, String effect, Instant now) {
        return new TaintBuilder()
                .withKey(key)
                .withEffect(effect)
                .withTimeAdded(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    private static boolean same(Taint one, Taint other) {
        return one.getKey().equals(other.getKey()) && one.getEffect().equals(other.getEffect());
    }

    private static boolean isEmpty(String text) {
        return text == null || text.isEmpty();
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
