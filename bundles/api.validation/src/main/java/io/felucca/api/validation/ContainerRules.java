package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Containers of all three kinds. */
final class ContainerRules {
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

    /** Of the pod as far as containers must know it. */
    record Pod(Set<String> volumes, Set<String> blockVolumes, boolean hostNetwork) {}

    private final Pod pod;
    private final Set<String> names = new HashSet<>();
    private final Set<String> hostPorts = new HashSet<>();

    ContainerRules(Pod pod) {
        this.pod = pod;
    }

    void containers(Field containers) {
        if (!containers.filled()) {
            containers.required("");
            return;
        }
        for (Field container : containers.items()) {
            common(container);
            unique(container);
            ProbeRules.lifecycle(container.at("lifecycle"));
            ProbeRules.liveness(container.at("livenessProbe"));
            ProbeRules.readiness(container.at("readinessProbe"));
            ProbeRules.startup(container.at("startupProbe"));
            restartPolicy(container);
        }
        hostPorts(containers);
    }

    void initContainers(Field containers) {
        for (Field container : containers.items()) {
            common(container);
            unique(container);
            boolean sidecar = container.text("restartPolicy").equals("Always");
            for (String part :
                    List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                if (!sidecar && container.has(part)) {
                    container
                            .at(part)
                            .forbidden(
                                    "may not be set for init containers without"
                                            + " restartPolicy=Always");
                }
            }
            if (sidecar) {
                ProbeRules.lifecycle(container.at("lifecycle"));
                ProbeRules.liveness(container.at("livenessProbe"));
                ProbeRules.readiness(container.at("readinessProbe"));
                ProbeRules.startup(container.at("startupProbe"));
            }
            restartPolicy(container);
            // One init container runs after the other, so only its own ports may clash.
            hostPorts.clear();
            hostPorts(container.at("ports"), true);
        }
        hostPorts.clear();
    }

    void ephemeralContainers(Field containers) {
        for (Field container : containers.items()) {
            common(container);
            unique(container);
            for (String part :
                    List.of(
                            "ports",
                            "livenessProbe",
                            "readinessProbe",
                            "startupProbe",
                            "lifecycle",
                            "resizePolicy")) {
                if (container.at(part).filled()) {
                    container.at(part).forbidden("cannot be set for an Ephemeral Container");
                }
            }
            Field target = container.at("targetContainerName");
            if (target.filled() && !names.contains(target.text())) {
                target.notFound();
            }
        }
    }

    private void unique(Field container) {
        String name = container.text("name");
        if (!name.isEmpty() && !names.add(name)) {
            container.at("name").duplicate();
        }
    }

    private void restartPolicy(Field container) {
        container.at("restartPolicy").oneOf(List.of("Always", "Never", "OnFailure"));
        if (container.at("restartPolicyRules").filled() && !container.has("restartPolicy")) {
            container
                    .at("restartPolicy")
                    .required("must specify restartPolicy when restart rules are used");
        }
    }

    private void common(Field container) {
        if (container.at("name").require()) {
            container.at("name").follow(NameRules::dnsLabel);
        }
        container.at("image").require();
        container
                .at("terminationMessagePolicy")
                .requireOneOf(List.of("FallbackToLogsOnError", "File"));
        ports(container.at("ports"));
        EnvRules.env(container.at("env"));
        EnvRules.envFrom(container.at("envFrom"));
        MountRules.mounts(container, pod.volumes());
        MountRules.devices(container, pod.volumes(), pod.blockVolumes());
        container.at("imagePullPolicy").requireOneOf(PULL_POLICIES);
        ResourceRules.requirements(container.at("resources"));
        resizePolicy(container.at("resizePolicy"));
        SecurityRules.container(container.at("securityContext"));
    }

    private static void resizePolicy(Field policies) {
        Set<String> seen = new HashSet<>();
        for (Field policy : policies.items()) {
            policy.at("resourceName").requireOneOf(List.of("cpu", "memory"));
            policy.at("restartPolicy").requireOneOf(List.of("NotRequired", "RestartContainer"));
            if (!seen.add(policy.text("resourceName"))) {
                policies.at("resourceName")
                        .named(policies.path())
                        .duplicate(policy.text("resourceName"));
            }
        }
    }

    private static void ports(Field ports) {
        Set<String> names = new HashSet<>();
        for (Field port : ports.items()) {
            String name = port.text("name");
            if (!name.isEmpty()
                    && port.at("name").follow(NameRules::portName)
                    && !names.add(name)) {
                port.at("name").duplicate();
            }
            Field number = port.at("containerPort");
            if (number.number() == 0) {
                number.required("");
            } else {
                Values.portNumber(number);
            }
            if (port.at("hostPort").number() != 0) {
                Values.portNumber(port.at("hostPort"));
            }
            port.at("hostIP").followIfSet(Values::ip);
            port.at("protocol").requireOneOf(PROTOCOLS);
        }
    }

    private void hostPorts(Field containers) {
        for (Field container : containers.items()) {
            hostPorts(container.at("ports"), true);
        }
    }

    private void hostPorts(Field ports, boolean unique) {
        for (Field port : ports.items()) {
            long host = port.at("hostPort").number();
            if (pod.hostNetwork() && host != port.at("containerPort").number()) {
                port.at("containerPort")
                        .invalid("must match `hostPort` when `hostNetwork` is true");
            }
            String claim = port.text("protocol") + "/" + port.text("hostIP") + "/" + host;
            if (unique && host != 0 && !hostPorts.add(claim)) {
                port.at("hostPort").duplicate(claim);
            }
        }
    }
}
