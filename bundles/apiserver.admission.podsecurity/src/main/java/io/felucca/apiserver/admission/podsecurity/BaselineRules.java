package io.felucca.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What keeps a pod from known ways to take over its node. */
final class BaselineRules {
    private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
    private static final String POD_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String CONTAINER_SECCOMP =
            "container.seccomp.security.alpha.kubernetes.io/";

    /** What container runtimes give by default. */
    private static final Set<String> DEFAULT_CAPABILITIES =
            Set.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT");

    private static final Set<String> CONFINED = Set.of("RuntimeDefault", "Localhost");

    private BaselineRules() {}

    static Optional<Violation> appArmorProfile(PodView pod) {
        Set<String> types = new TreeSet<>();
        boolean byPod = unconfined(pod.security(), "appArmorProfile", types);
        List<String> containers =
                pod.containersWhere(
                        one -> unconfined(PodView.security(one), "appArmorProfile", types));
        List<String> annotations = new ArrayList<>();
        pod.annotations()
                .forEach(
                        (key, value) -> {
                            boolean isFine =
                                    value.isEmpty()
                                            || value.equals("runtime/default")
                                            || value.startsWith("localhost/");
                            if (key.startsWith(APP_ARMOR) && !isFine) {
                                annotations.add(key + "=\"" + value + '"');
                            }
                        });
        List<String> setters = new ArrayList<>();
        String fields = Words.setters(byPod, containers);
        if (!fields.isEmpty()) {
            setters.add(fields);
        }
        if (!annotations.isEmpty()) {
            setters.add(Words.plural("annotation", annotations));
        }
        List<String> values = new ArrayList<>(types);
        values.addAll(annotations);
        return Rule.when(
                !setters.isEmpty(),
                Words.plural("forbidden AppArmor profile", values),
                String.join(" and ", setters)
                        + " must not set AppArmor profile type to "
                        + Words.quoted(values));
    }

    /** Whether a profile of another type than those that confine is set; notes the type. */
    private static boolean unconfined(JsonNode security, String field, Set<String> types) {
        if (!security.hasNonNull(field)) {
            return false;
        }
        String type = security.path(field).path("type").asText();
        if (CONFINED.contains(type)) {
            return false;
        }
        types.add(type);
        return true;
    }

    static Optional<Violation> capabilities(PodView pod) {
        return added(pod, DEFAULT_CAPABILITIES)
                .map(detail -> new Violation("non-default capabilities", detail));
    }

    /** Who adds capabilities that are not allowed, in words. */
    static Optional<String> added(PodView pod, Set<String> allowed) {
        Set<String> forbidden = new TreeSet<>();
        List<String> containers =
                pod.containersWhere(
                        container -> {
                            boolean adds = false;
                            for (JsonNode each :
                                    PodView.security(container).path("capabilities").path("add")) {
                                if (!allowed.contains(each.asText())) {
                                    forbidden.add(each.asText());
                                    adds = true;
                                }
                            }
                            return adds;
                        });
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Words.named("container", containers)
                                + " must not include "
                                + Words.quoted(forbidden)
                                + " in securityContext.capabilities.add");
    }

    static Optional<Violation> hostNamespaces(PodView pod) {
        List<String> shared = new ArrayList<>();
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (pod.spec().path(field).asBoolean()) {
                shared.add(field + "=true");
            }
        }
        return Rule.when(!shared.isEmpty(), "host namespaces", String.join(", ", shared));
    }

    static Optional<Violation> hostPathVolumes(PodView pod) {
        List<String> names = new ArrayList<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            if (volume.hasNonNull("hostPath")) {
                names.add(PodView.name(volume));
            }
        }
        return Rule.when(!names.isEmpty(), "hostPath volumes", Words.named("volume", names));
    }

    static Optional<Violation> hostPorts(PodView pod) {
        Set<String> ports = new TreeSet<>();
        List<String> containers =
                pod.containersWhere(
                        container -> {
                            boolean has = false;
                            for (JsonNode port : container.path("ports")) {
                                int number = port.path("hostPort").asInt();
                                if (number != 0) {
                                    ports.add(Integer.toString(number));
                                    has = true;
                                }
                            }
                            return has;
                        });
        return Rule.when(
                !containers.isEmpty(),
                "hostPort",
                Words.uses("container", containers)
                        + " "
                        + Words.plural("hostPort", ports)
                        + " "
                        + String.join(", ", ports));
    }

    /** A kubelet that probes elsewhere than in the pod could be sent anywhere. */
    static Optional<Violation> probeHosts(PodView pod) {
        Set<String> hosts = new TreeSet<>();
        Set<String> containers =
                new TreeSet<>(
                        pod.containersWhere(
                                container -> {
                                    List<String> found = hosts(container);
                                    hosts.addAll(found);
                                    return !found.isEmpty();
                                }));
        return Rule.when(
                !containers.isEmpty(),
                "probe or lifecycle host",
                Words.uses("container", containers)
                        + " "
                        + Words.named("probe or lifecycle host", hosts));
    }

    private static List<String> hosts(JsonNode container) {
        JsonNode lifecycle = container.path("lifecycle");
        List<JsonNode> handlers =
                List.of(
                        container.path("livenessProbe"),
                        container.path("readinessProbe"),
                        container.path("startupProbe"),
                        lifecycle.path("postStart"),
                        lifecycle.path("preStop"));
        List<String> hosts = new ArrayList<>();
        for (JsonNode handler : handlers) {
            for (String how : List.of("httpGet", "tcpSocket")) {
                String host = handler.path(how).path("host").asText();
                if (!host.isEmpty()) {
                    hosts.add(host);
                }
            }
        }
        return hosts;
    }

    static Optional<Violation> privileged(PodView pod) {
        List<String> containers =
                pod.containersWhere(one -> PodView.security(one).path("privileged").asBoolean());
        return Rule.when(
                !containers.isEmpty(),
                "privileged",
                Words.named("container", containers)
                        + " must not set securityContext.privileged=true");
    }

    static Optional<Violation> procMount(PodView pod) {
        Set<String> types = new TreeSet<>();
        List<String> containers =
                pod.containersWhere(
                        container -> {
                            JsonNode type = PodView.security(container).path("procMount");
                            boolean isBad = type.isTextual() && !type.asText().equals("Default");
                            if (isBad) {
                                types.add(type.asText());
                            }
                            return isBad;
                        });
        return Rule.when(
                !containers.isEmpty(),
                "procMount",
                Words.named("container", containers)
                        + " must not set securityContext.procMount to "
                        + Words.quoted(types));
    }

    /** How it was said before there was a field for it. */
    static Optional<Violation> seccompAnnotations(PodView pod) {
        Map<String, String> annotations = pod.annotations();
        List<String> keys = new ArrayList<>(List.of(POD_SECCOMP));
        pod.containers().forEach(one -> keys.add(CONTAINER_SECCOMP + PodView.name(one)));
        Set<String> forbidden = new TreeSet<>();
        for (String key : keys) {
            String value = annotations.get(key);
            boolean isFine =
                    value == null
                            || value.equals("runtime/default")
                            || value.equals("docker/default")
                            || value.startsWith("localhost/");
            if (!isFine) {
                forbidden.add(key + "=\"" + value + '"');
            }
        }
        return Rule.when(
                !forbidden.isEmpty(),
                "seccompProfile",
                "forbidden "
                        + Words.plural("annotation", forbidden)
                        + " "
                        + String.join(", ", forbidden));
    }

    static Optional<Violation> seccompProfile(PodView pod) {
        Set<String> types = new TreeSet<>();
        boolean byPod = unconfined(pod.security(), "seccompProfile", types);
        List<String> containers =
                pod.containersWhere(
                        one -> unconfined(PodView.security(one), "seccompProfile", types));
        return Rule.when(
                !types.isEmpty(),
                "seccompProfile",
                Words.setters(byPod, containers)
                        + " must not set securityContext.seccompProfile.type to "
                        + Words.quoted(types));
    }

    static Optional<Violation> windowsHostProcess(PodView pod) {
        boolean byPod = isHostProcess(pod.security());
        List<String> containers = pod.containersWhere(one -> isHostProcess(PodView.security(one)));
        return Rule.when(
                byPod || !containers.isEmpty(),
                "hostProcess",
                Words.setters(byPod, containers)
                        + " must not set securityContext.windowsOptions.hostProcess=true");
    }

    private static boolean isHostProcess(JsonNode security) {
        return security.path("windowsOptions").path("hostProcess").asBoolean();
    }
}
