package io.felucca.apiserver.aggregation;

import java.util.Map;

/** Where the built-in groups stand among all groups in discovery; upstream's numbers. */
final class Priorities {
    private static final int STABLE = 15;

    /** A group that is none of upstream's stands where custom resources do. */
    private static final int OTHER_GROUP = 1000;

    private static final int FIRST_VERSION = 100;

    private static final Map<String, Integer> GROUPS =
            Map.ofEntries(
                    Map.entry("", 18000),
                    Map.entry("apps", 17800),
                    Map.entry("events.k8s.io", 17750),
                    Map.entry("authentication.k8s.io", 17700),
                    Map.entry("authorization.k8s.io", 17600),
                    Map.entry("autoscaling", 17500),
                    Map.entry("batch", 17400),
                    Map.entry("certificates.k8s.io", 17300),
                    Map.entry("networking.k8s.io", 17200),
                    Map.entry("policy", 17100),
                    Map.entry("rbac.authorization.k8s.io", 17000),
                    Map.entry("storage.k8s.io", 16800),
                    Map.entry("apiextensions.k8s.io", 16700),
                    Map.entry("admissionregistration.k8s.io", 16700),
                    Map.entry("scheduling.k8s.io", 16600),
                    Map.entry("coordination.k8s.io", 16500),
                    Map.entry("node.k8s.io", 16300),
                    Map.entry("discovery.k8s.io", 16200),
                    Map.entry("flowcontrol.apiserver.k8s.io", 16100),
                    Map.entry("resource.k8s.io", 15900));

    /** Those that differ from {@link #STABLE}. */
    private static final Map<String, Integer> VERSIONS =
            Map.of("v1.", 1, "v2.autoscaling", 30, "v1.flowcontrol.apiserver.k8s.io", 21);

    private Priorities() {}

    /** The least of a group's priority, and a version's within it. */
    record Of(int group, int version) {}

    /**
     * @param place among the group's versions, the preferred being the first, where nothing else
     *     tells them apart
     */
    static Of of(String group, String version, int place) {
        Integer known = GROUPS.get(group);
        return known == null
                ? new Of(OTHER_GROUP, Math.max(1, FIRST_VERSION - place))
                : new Of(known, VERSIONS.getOrDefault(ApiServices.name(group, version), STABLE));
    }
}
