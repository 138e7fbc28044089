package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.felucca.kubelet.cri.v1.ContainerConfig;
import io.felucca.kubelet.cri.v1.ContainerMetadata;
import io.felucca.kubelet.cri.v1.HugepageLimit;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.kubelet.cri.v1.ImageSpec;
import io.felucca.kubelet.cri.v1.KeyValue;
import io.felucca.kubelet.cri.v1.LinuxContainerConfig;
import io.felucca.kubelet.cri.v1.LinuxContainerResources;
import io.felucca.kubelet.cri.v1.Mount;
import io.felucca.kubelet.cri.v1.MountPropagation;
import io.felucca.kubelet.volume.MountedVolume;
import io.felucca.kubelet.volume.SubPaths;
import io.felucca.kubelet.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** Says to the runtime what a container is to be like, and makes the files that it needs. */
final class ContainerSpec {
    private final NodeSettings node;
    private final SecuritySettings security;
    private final long nodeMemoryBytes;

    ContainerSpec(NodeSettings node, SecuritySettings security, long nodeMemoryBytes) {
        this.node = node;
        this.security = security;
        this.nodeMemoryBytes = nodeMemoryBytes;
    }

    /**
     * @param attempt how often the container was started before
     * @param environment complete
     * @param volumes by name
     */
    ContainerConfig of(
            Pod pod,
            Container container,
            int attempt,
            Image image,
            Map<String, String> environment,
            Map<String, MountedVolume> volumes)
            throws ConfigurationException, IOException {
        ContainerConfig.Builder config =
                ContainerConfig.newBuilder()
                        .setMetadata(
                                ContainerMetadata.newBuilder()
                                        .setName(container.getName())
                                        .setAttempt(attempt))
                        .setImage(ImageSpec.newBuilder().setImage(image.getId()))
                        .addAllCommand(expanded(container.getCommand(), environment))
                        .addAllArgs(expanded(container.getArgs(), environment))
                        .setWorkingDir(text(container.getWorkingDir()))
                        .putAllLabels(Labels.container(pod, container))
                        .putAllAnnotations(Labels.containerAnnotations(pod, container, attempt))
                        .setLogPath(container.getName() + "/" + attempt + ".log")
                        .setStdin(Boolean.TRUE.equals(container.getStdin()))
                        .setStdinOnce(Boolean.TRUE.equals(container.getStdinOnce()))
                        .setTty(Boolean.TRUE.equals(container.getTty()))
                        .setLinux(
                                LinuxContainerConfig.newBuilder()
                                        .setResources(resources(pod, container))
                                        .setSecurityContext(
                                                security.container(pod, container, image)));
        environment.forEach(
                (name, value) ->
                        config.addEnvs(KeyValue.newBuilder().setKey(name).setValue(value)));
        for (VolumeMount mount : container.getVolumeMounts()) {
            config.addMounts(mount(mount, environment, volumes));
        }
        addOwnMounts(pod, container, attempt, config);
        Files.createDirectories(
                node.podLogs(
                                pod.getMetadata().getNamespace(),
                                pod.getMetadata().getName(),
                                pod.getMetadata().getUid())
                        .resolve(container.getName()));
        return config.build();
    }

    LinuxContainerResources resources(Pod pod, Container container) {
        Map<String, Quantity> limits = Quantities.limits(container);
        long request = Quantities.request(container, Quantities.CPU);
        long cpuLimit = Quantities.milliCpu(limits).orElse(0);
        LinuxContainerResources.Builder resources =
                LinuxContainerResources.newBuilder()
                        .setCpuShares(PodCgroups.shares(request == 0 ? cpuLimit : request))
                        .setMemoryLimitInBytes(
                                Quantities.bytes(limits, Quantities.MEMORY).orElse(0))
                        .setOomScoreAdj(Qos.oomScore(pod, container, nodeMemoryBytes));
        if (cpuLimit > 0) {
            resources
                    .setCpuPeriod(PodCgroups.periodMicros())
                    .setCpuQuota(PodCgroups.quotaMicros(cpuLimit));
        }
        limits.forEach(
                (name, limit) -> {
                    if (name.startsWith(Quantities.HUGE_PAGES)) {
                        resources.addHugepageLimits(
                                HugepageLimit.newBuilder()
                                        .setPageSize(pageSize(name))
                                        .setLimit(limit.getNumericalAmount().longValue()));
                    }
                });
        return resources.build();
    }

    /** As the hugetlb controller names it: {@code hugepages-2Mi} is {@code 2MB}. */
    private static String pageSize(String resource) {
        return resource.substring(Quantities.HUGE_PAGES.length()).replaceFirst("i$", "B");
    }

    private void addOwnMounts(
            Pod pod, Container container, int attempt, ContainerConfig.Builder config)
            throws IOException {
        Path directory = node.podDirectory(pod.getMetadata().getUid());
        boolean hostsTaken =
                container.getVolumeMounts().stream()
                        .anyMatch(mount -> mount.getMountPath().equals("/etc/hosts"));
        if (!hostsTaken) {
            config.addMounts(
                    Mount.newBuilder()
                            .setHostPath(directory.resolve("etc-hosts").toString())
                            .setContainerPath("/etc/hosts"));
        }
        String messagePath = container.getTerminationMessagePath();
        if (messagePath != null && !messagePath.isEmpty()) {
            Path message =
                    directory
                            .resolve("containers")
                            .resolve(container.getName())
                            .resolve(Integer.toString(attempt));
            Files.createDirectories(message.getParent());
            Files.deleteIfExists(message);
            Files.createFile(message);
            // Whatever user the container runs as has to be able to write it.
            Files.setPosixFilePermissions(message, PosixFilePermissions.fromString("rw-rw-rw-"));
            config.addMounts(
                    Mount.newBuilder()
                            .setHostPath(message.toString())
                            .setContainerPath(messagePath));
        }
    }

    private static Mount mount(
            VolumeMount mount, Map<String, String> environment, Map<String, MountedVolume> volumes)
            throws ConfigurationException, IOException {
        MountedVolume volume = volumes.get(mount.getName());
        if (volume == null) {
            throw new ConfigurationException(
                    "volume \"" + mount.getName() + "\" of a volumeMount is not mounted");
        }
        Path source = volume.path();
        String subPath = text(mount.getSubPath());
        if (!text(mount.getSubPathExpr()).isEmpty()) {
            subPath = Expansion.expand(mount.getSubPathExpr(), environment);
        }
        if (!subPath.isEmpty()) {
            try {
                source = SubPaths.resolve(source, subPath);
            } catch (VolumeException e) {
                throw new ConfigurationException(
                        "failed to prepare subPath for volumeMount \""
                                + mount.getName()
                                + "\": "
                                + e.getMessage());
            }
        }
        String path = mount.getMountPath();
        return Mount.newBuilder()
                .setHostPath(source.toString())
                .setContainerPath(path.startsWith("/") ? path : "/" + path)
                .setReadonly(volume.readOnly() || Boolean.TRUE.equals(mount.getReadOnly()))
                .setPropagation(propagation(mount.getMountPropagation()))
                .build();
    }

    private static MountPropagation propagation(String wished) {
        return switch (text(wished)) {
            case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
            default -> MountPropagation.PROPAGATION_PRIVATE;
        };
    }

    private static List<String> expanded(List<String> words, Map<String, String> environment) {
        return words.stream().map(word -> Expansion.expand(word, environment)).toList();
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
