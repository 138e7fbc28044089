package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceCondition;
import io.felucca.machinery.VersionOrder;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What APIServices say, in upstream's sense. Pure functions. */
final class ApiServices {
    static final String AVAILABLE = "Available";

    /** Has no APIService, and comes first. */
    static final String OWN_GROUP = "apiregistration.k8s.io";

    /**
     * By whom an APIService is kept: {@code onstart} for built-in groups, {@code true} for CRDs.
     */
    static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";

    /** By the priority that their groups have at least, the highest first. */
    private static final Comparator<APIService> BY_GROUP =
            Comparator.<APIService>comparingInt(
                            one -> -number(one.getSpec().getGroupPriorityMinimum()))
                    .thenComparing(one -> one.getMetadata().getName());

    private static final Comparator<APIService> BY_VERSION =
            Comparator.<APIService>comparingInt(one -> -number(one.getSpec().getVersionPriority()))
                    .thenComparing(
                            one -> one.getSpec().getVersion(), VersionOrder.NEWEST_STABLE_FIRST);

    private ApiServices() {}

    private static int number(Integer priority) {
        return priority == null ? 0 : priority;
    }

    static String name(String group, String version) {
        return version + "." + group;
    }

    /** Each group with its versions, the preferred first, in discovery order. */
    static Map<String, List<APIService>> inOrder(List<APIService> all) {
        Map<String, List<APIService>> groups = new LinkedHashMap<>();
        for (APIService one : all.stream().sorted(BY_GROUP).toList()) {
            groups.computeIfAbsent(group(one), none -> new java.util.ArrayList<>()).add(one);
        }
        groups.values().forEach(versions -> versions.sort(BY_VERSION));
        return groups;
    }

    static String group(APIService one) {
        return one.getSpec().getGroup() == null ? "" : one.getSpec().getGroup();
    }

    static Optional<APIServiceCondition> availability(APIService one) {
        return one.getStatus() == null
                ? Optional.empty()
                : one.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals(AVAILABLE))
                        .findFirst();
    }

    static boolean isAvailable(APIService one) {
        return availability(one).filter(each -> each.getStatus().equals("True")).isPresent();
    }
}
