package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.felucca.scheduler.api.PodInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Constraints that only a plugin can keep which the profile doesn't have: such a pod waits, for a
 * constraint must never be ignored.
 */
final class Unenforced {
    private Unenforced() {}

    /** Each missing plugin with the field of the pod that needs it. */
    static Map<String, String> find(PodInfo pod, Profile profile) {
        Map<String, String> needed = needed(pod.pod().getSpec());
        needed.keySet().removeAll(profile.plugins().keySet());
        return needed;
    }

    private static Map<String, String> needed(PodSpec spec) {
        Map<String, String> needed = new LinkedHashMap<>();
        if (hasPodAffinity(spec.getAffinity())) {
            needed.put("InterPodAffinity", "required pod affinity or anti-affinity");
        }
        if (spec.getTopologySpreadConstraints().stream()
                .anyMatch(one -> !"ScheduleAnyway".equals(one.getWhenUnsatisfiable()))) {
            needed.put("PodTopologySpread", "topology spread constraints with DoNotSchedule");
        }
        if (!spec.getResourceClaims().isEmpty()) {
            needed.put("DynamicResources", "resource claims");
        }
        if (spec.getSchedulingGroup() != null) {
            needed.put("GangScheduling", "a scheduling group");
        }
        if (spec.getVolumes().stream()
                .anyMatch(
                        one ->
                                one.getPersistentVolumeClaim() != null
                                        || one.getEphemeral() != null)) {
            needed.put("VolumeBinding", "persistent volume claims");
        }
        return needed;
    }

    private static boolean hasPodAffinity(Affinity affinity) {
        return affinity != null
                && ((affinity.getPodAffinity() != null
                                && !affinity.getPodAffinity()
                                        .getRequiredDuringSchedulingIgnoredDuringExecution()
                                        .isEmpty())
                        || (affinity.getPodAntiAffinity() != null
                                && !affinity.getPodAntiAffinity()
                                        .getRequiredDuringSchedulingIgnoredDuringExecution()
                                        .isEmpty()));
    }

    /** For the user, after the number of nodes. */
    static String message(Map<String, String> unenforced, Profile profile) {
        StringBuilder text = new StringBuilder();
        unenforced.forEach(
                (plugin, what) ->
                        text.append(text.isEmpty() ? "" : ", ")
                                .append("pod has ")
                                .append(what)
                                .append(", which need the plugin ")
                                .append(plugin)
                                .append(" that profile ")
                                .append(profile.name())
                                .append(" does not have"));
        return text.toString();
    }
}
