package io.felucca.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a pod must do to be hardened by what is known to be best. */
final class RestrictedRules {
    private static final Set<String> VOLUMES =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "image",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");

    private RestrictedRules() {}

    static Optional<Violation> privilegeEscalation(PodView pod) {
        List<String> containers =
                pod.containersWhere(
                        one ->
                                PodView.security(one)
                                        .path("allowPrivilegeEscalation")
                                        .asBoolean(true));
        return Rule.when(
                !containers.isEmpty(),
                "allowPrivilegeEscalation != false",
                Words.named("container", containers)
                        + " must set securityContext.allowPrivilegeEscalation=false");
    }

    static Optional<Violation> capabilities(PodView pod) {
        List<String> keeping =
                pod.containersWhere(
                        container -> {
                            for (JsonNode dropped :
                                    PodView.security(container).path("capabilities").path("drop")) {
                                if (dropped.asText().equals("ALL")) {
                                    return false;
                                }
                            }
                            return true;
                        });
        List<String> details = new ArrayList<>();
        if (!keeping.isEmpty()) {
            details.add(
                    Words.named("container", keeping)
                            + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        BaselineRules.added(pod, Set.of("NET_BIND_SERVICE")).ifPresent(details::add);
        return Rule.when(
                !details.isEmpty(), "unrestricted capabilities", String.join("; ", details));
    }

    static Optional<Violation> volumes(PodView pod) {
        List<String> names = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            Set<String> sources = new TreeSet<>();
            volume.properties()
                    .forEach(
                            field -> {
                                if (field.getValue().isObject()) {
                                    sources.add(field.getKey());
                                }
                            });
            if (sources.stream().noneMatch(VOLUMES::contains)) {
                names.add(PodView.name(volume));
                types.add(sources.isEmpty() ? "unknown" : sources.iterator().next());
            }
        }
        return Rule.when(
                !names.isEmpty(),
                "restricted volume types",
                Words.uses("volume", names) + " " + Words.named("restricted volume type", types));
    }

    static Optional<Violation> runAsNonRoot(PodView pod) {
        String field = "runAsNonRoot";
        JsonNode ofPod = pod.security().path(field);
        boolean byPod = ofPod.isBoolean() && !ofPod.asBoolean();
        List<String> asRoot =
                pod.containersWhere(one -> !PodView.security(one).path(field).asBoolean(true));
        String setters = Words.setters(byPod, asRoot);
        if (!setters.isEmpty()) {
            return Optional.of(
                    new Violation(
                            "runAsNonRoot != true",
                            setters + " must not set securityContext.runAsNonRoot=false"));
        }
        List<String> silent =
                pod.containersWhere(one -> !PodView.security(one).path(field).isBoolean());
        return Rule.when(
                !ofPod.asBoolean() && !silent.isEmpty(),
                "runAsNonRoot != true",
                "pod or "
                        + Words.named("container", silent)
                        + " must set securityContext.runAsNonRoot=true");
    }

    static Optional<Violation> runAsUser(PodView pod) {
        boolean byPod = isRoot(pod.security());
        List<String> containers = pod.containersWhere(one -> isRoot(PodView.security(one)));
        return Rule.when(
                byPod || !containers.isEmpty(),
                "runAsUser=0",
                Words.setters(byPod, containers) + " must not set runAsUser=0");
    }

    private static boolean isRoot(JsonNode security) {
        JsonNode user = security.path("runAsUser");
        return user.isNumber() && user.asLong() == 0;
    }

    static Optional<Violation> seccompProfile(PodView pod) {
        Optional<Violation> wrong = BaselineRules.seccompProfile(pod);
        if (wrong.isPresent() || pod.security().hasNonNull("seccompProfile")) {
            return wrong;
        }
        List<String> silent =
                pod.containersWhere(one -> !PodView.security(one).hasNonNull("seccompProfile"));
        return Rule.when(
                !silent.isEmpty(),
                "seccompProfile",
                "pod or "
                        + Words.named("container", silent)
                        + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                        + " \"Localhost\"");
    }
}
