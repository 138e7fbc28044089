package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.felucca.kubelet.cri.v1.Capability;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.kubelet.cri.v1.Int64Value;
import io.felucca.kubelet.cri.v1.LinuxContainerSecurityContext;
import io.felucca.kubelet.cri.v1.LinuxSandboxSecurityContext;
import io.felucca.kubelet.cri.v1.NamespaceMode;
import io.felucca.kubelet.cri.v1.NamespaceOption;
import io.felucca.kubelet.cri.v1.SecurityProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Translates security contexts to what the runtime is told; a container's own settings win. */
final class SecuritySettings {
    private static final List<String> MASKED =
            List.of(
                    "/proc/asound",
                    "/proc/acpi",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/sys/firmware",
                    "/sys/devices/virtual/powercap");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** Those that are namespaced and do no harm to other pods. */
    private static final Set<String> SAFE_SYSCTLS =
            Set.of(
                    "kernel.shm_rmid_forced",
                    "net.ipv4.ip_local_port_range",
                    "net.ipv4.tcp_syncookies",
                    "net.ipv4.ping_group_range",
                    "net.ipv4.ip_unprivileged_port_start",
                    "net.ipv4.ip_local_reserved_ports",
                    "net.ipv4.tcp_keepalive_time",
                    "net.ipv4.tcp_fin_timeout",
                    "net.ipv4.tcp_keepalive_intvl",
                    "net.ipv4.tcp_keepalive_probes",
                    "net.ipv4.tcp_rmem",
                    "net.ipv4.tcp_wmem");

    private final Path seccompProfiles;

    SecuritySettings(Path seccompProfiles) {
        this.seccompProfiles = seccompProfiles;
    }

    /** The first sysctl that pods may not set here. */
    static Optional<String> forbiddenSysctl(Pod pod) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        return context == null
                ? Optional.empty()
                : context.getSysctls().stream()
                        .map(sysctl -> sysctl.getName().replace('/', '.'))
                        .filter(name -> !SAFE_SYSCTLS.contains(name))
                        .findFirst();
    }

    LinuxSandboxSecurityContext sandbox(Pod pod) {
        LinuxSandboxSecurityContext.Builder out =
                LinuxSandboxSecurityContext.newBuilder()
                        .setNamespaceOptions(namespaces(pod).build())
                        .setPrivileged(anyPrivileged(pod))
                        // The pause process needs nothing that the default profile forbids.
                        .setSeccomp(
                                profile(
                                        anyPrivileged(pod)
                                                ? SecurityProfile.ProfileType.Unconfined
                                                : SecurityProfile.ProfileType.RuntimeDefault));
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        if (context != null) {
            if (context.getRunAsUser() != null) {
                out.setRunAsUser(number(context.getRunAsUser()));
            }
            // A group alone is refused by the runtime.
            if (context.getRunAsUser() != null && context.getRunAsGroup() != null) {
                out.setRunAsGroup(number(context.getRunAsGroup()));
            }
            out.addAllSupplementalGroups(groups(context));
        }
        return out.build();
    }

    LinuxContainerSecurityContext container(Pod pod, Container container, Image image)
            throws ConfigurationException {
        PodSecurityContext shared = pod.getSpec().getSecurityContext();
        SecurityContext own = container.getSecurityContext();
        boolean privileged = own != null && Boolean.TRUE.equals(own.getPrivileged());
        LinuxContainerSecurityContext.Builder out =
                LinuxContainerSecurityContext.newBuilder()
                        .setNamespaceOptions(namespaces(pod).build())
                        .setPrivileged(privileged)
                        .setReadonlyRootfs(
                                own != null && Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()))
                        .setNoNewPrivs(
                                own != null
                                        && Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()))
                        .setSeccomp(privileged ? unconfined() : seccomp(shared, own));
        user(pod, container, image, out);
        if (shared != null) {
            out.addAllSupplementalGroups(groups(shared));
        }
        if (own != null && own.getCapabilities() != null) {
            out.setCapabilities(
                    Capability.newBuilder()
                            .addAllAddCapabilities(own.getCapabilities().getAdd())
                            .addAllDropCapabilities(own.getCapabilities().getDrop()));
        }
        if (!privileged && (own == null || !"Unmasked".equals(own.getProcMount()))) {
            out.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        }
        return out.build();
    }

    private static void user(
            Pod pod, Container container, Image image, LinuxContainerSecurityContext.Builder out)
            throws ConfigurationException {
        PodSecurityContext shared = pod.getSpec().getSecurityContext();
        SecurityContext own = container.getSecurityContext();
        Long user =
                either(
                        shared,
                        PodSecurityContext::getRunAsUser,
                        own,
                        SecurityContext::getRunAsUser);
        Long group =
                either(
                        shared,
                        PodSecurityContext::getRunAsGroup,
                        own,
                        SecurityContext::getRunAsGroup);
        boolean notRoot =
                Boolean.TRUE.equals(
                        either(
                                shared,
                                PodSecurityContext::getRunAsNonRoot,
                                own,
                                SecurityContext::getRunAsNonRoot));
        if (notRoot) {
            refuseRoot(pod, container, image, user);
        }
        if (user != null) {
            out.setRunAsUser(number(user));
        } else if (image.hasUid()) {
            out.setRunAsUser(image.getUid());
        } else if (!image.getUsername().isEmpty()) {
            out.setRunAsUsername(image.getUsername());
        } else if (group != null) {
            // The runtime refuses a group without a user; an image that names none runs as root.
            out.setRunAsUser(number(0));
        }
        if (group != null) {
            out.setRunAsGroup(number(group));
        }
    }

    private static void refuseRoot(Pod pod, Container container, Image image, Long user)
            throws ConfigurationException {
        String where =
                " (pod: \""
                        + Containers.describe(pod)
                        + "\", container: "
                        + container.getName()
                        + ")";
        if (user != null) {
            if (user == 0) {
                throw new ConfigurationException(
                        "container's runAsUser breaks non-root policy" + where);
            }
            return;
        }
        if (!image.getUsername().isEmpty()) {
            throw new ConfigurationException(
                    "container has runAsNonRoot and image has non-numeric user ("
                            + image.getUsername()
                            + "), cannot verify user is non-root"
                            + where);
        }
        if (!image.hasUid() || image.getUid().getValue() == 0) {
            throw new ConfigurationException(
                    "container has runAsNonRoot and image will run as root" + where);
        }
    }

    private SecurityProfile seccomp(PodSecurityContext shared, SecurityContext own) {
        SeccompProfile wished =
                either(
                        shared,
                        PodSecurityContext::getSeccompProfile,
                        own,
                        SecurityContext::getSeccompProfile);
        if (wished == null || wished.getType() == null) {
            return unconfined();
        }
        return switch (wished.getType()) {
            case "RuntimeDefault" -> profile(SecurityProfile.ProfileType.RuntimeDefault);
            case "Localhost" ->
                    SecurityProfile.newBuilder()
                            .setProfileType(SecurityProfile.ProfileType.Localhost)
                            .setLocalhostRef(
                                    seccompProfiles
                                            .resolve(wished.getLocalhostProfile())
                                            .toString())
                            .build();
            default -> unconfined();
        };
    }

    /** Told for every container, since the runtime takes silence for the container's own. */
    static NamespaceOption.Builder namespaces(Pod pod) {
        return NamespaceOption.newBuilder()
                .setNetwork(mode(pod.getSpec().getHostNetwork(), NamespaceMode.POD))
                .setIpc(mode(pod.getSpec().getHostIPC(), NamespaceMode.POD))
                .setPid(
                        mode(
                                pod.getSpec().getHostPID(),
                                Boolean.TRUE.equals(pod.getSpec().getShareProcessNamespace())
                                        ? NamespaceMode.POD
                                        : NamespaceMode.CONTAINER));
    }

    private static NamespaceMode mode(Boolean host, NamespaceMode own) {
        return Boolean.TRUE.equals(host) ? NamespaceMode.NODE : own;
    }

    private static boolean anyPrivileged(Pod pod) {
        return Containers.all(pod).stream()
                .anyMatch(
                        container ->
                                container.getSecurityContext() != null
                                        && Boolean.TRUE.equals(
                                                container.getSecurityContext().getPrivileged()));
    }

    private static List<Long> groups(PodSecurityContext context) {
        List<Long> groups = new ArrayList<>(context.getSupplementalGroups());
        if (context.getFsGroup() != null) {
            groups.add(context.getFsGroup());
        }
        return groups;
    }

    private static <T> T either(
            PodSecurityContext shared,
            Function<PodSecurityContext, T> ofShared,
            SecurityContext own,
            Function<SecurityContext, T> ofOwn) {
        T value = own == null ? null : ofOwn.apply(own);
        return value != null || shared == null ? value : ofShared.apply(shared);
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    private static SecurityProfile unconfined() {
        return profile(SecurityProfile.ProfileType.Unconfined);
    }

    private static SecurityProfile profile(SecurityProfile.ProfileType type) {
        return SecurityProfile.newBuilder().setProfileType(type).build();
    }
}
