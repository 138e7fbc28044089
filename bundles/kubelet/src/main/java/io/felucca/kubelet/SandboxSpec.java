package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.felucca.kubelet.cri.v1.LinuxContainerResources;
import io.felucca.kubelet.cri.v1.LinuxPodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxMetadata;
import io.felucca.kubelet.cri.v1.PortMapping;
import io.felucca.kubelet.cri.v1.Protocol;
import java.io.IOException;

/** Says to the runtime what a pod's sandbox is to be like. */
final class SandboxSpec {
    private final NodeSettings node;
    private final DnsSettings dns;
    private final PodCgroups cgroups;
    private final SecuritySettings security;

    SandboxSpec(NodeSettings node, DnsSettings dns, PodCgroups cgroups, SecuritySettings security) {
        this.node = node;
        this.dns = dns;
        this.cgroups = cgroups;
        this.security = security;
    }

    /**
     * @param attempt above that of every sandbox this pod ever had, for the runtime reserves names
     */
    PodSandboxConfig of(Pod pod, int attempt) throws IOException {
        LinuxPodSandboxConfig.Builder linux =
                LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(cgroups.path(pod))
                        .setSecurityContext(security.sandbox(pod))
                        .setResources(
                                LinuxContainerResources.newBuilder()
                                        .setCpuShares(
                                                PodCgroups.shares(
                                                        Quantities.podRequest(
                                                                pod, Quantities.CPU))));
        if (pod.getSpec().getSecurityContext() != null) {
            for (Sysctl sysctl : pod.getSpec().getSecurityContext().getSysctls()) {
                linux.putSysctls(sysctl.getName().replace('/', '.'), sysctl.getValue());
            }
        }
        PodSandboxConfig.Builder config =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName(pod.getMetadata().getName())
                                        .setNamespace(pod.getMetadata().getNamespace())
                                        .setUid(pod.getMetadata().getUid())
                                        .setAttempt(attempt))
                        .setLogDirectory(logDirectory(pod))
                        .setDnsConfig(dns.of(pod))
                        .putAllLabels(Labels.sandbox(pod))
                        .putAllAnnotations(pod.getMetadata().getAnnotations())
                        .setLinux(linux);
        if (!Containers.onHostNetwork(pod)) {
            // With the host's network an own name would be the host's.
            config.setHostname(hostname(pod));
        }
        for (Container container : Containers.all(pod)) {
            for (ContainerPort port : container.getPorts()) {
                if (port.getHostPort() != null && port.getHostPort() > 0) {
                    config.addPortMappings(mapping(port));
                }
            }
        }
        return config.build();
    }

    String logDirectory(Pod pod) {
        return node.podLogs(
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid())
                .toString();
    }

    private String hostname(Pod pod) {
        String name = HostsFile.hostname(pod);
        if (!Boolean.TRUE.equals(pod.getSpec().getSetHostnameAsFQDN())
                || pod.getSpec().getSubdomain() == null) {
            return name;
        }
        return name
                + "."
                + pod.getSpec().getSubdomain()
                + "."
                + pod.getMetadata().getNamespace()
                + ".svc."
                + node.clusterDomain();
    }

    private static PortMapping mapping(ContainerPort port) {
        String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
        return PortMapping.newBuilder()
                .setContainerPort(port.getContainerPort())
                .setHostPort(port.getHostPort())
                .setHostIp(port.getHostIP() == null ? "" : port.getHostIP())
                .setProtocol(
                        switch (protocol) {
                            case "UDP" -> Protocol.UDP;
                            case "SCTP" -> Protocol.SCTP;
                            default -> Protocol.TCP;
                        })
                .build();
    }
}
