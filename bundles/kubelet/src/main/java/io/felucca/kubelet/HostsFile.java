package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The {@code /etc/hosts} of a pod. */
final class HostsFile {
    private HostsFile() {}

    /**
     * Writes the file, in place where it exists: containers have it mounted.
     *
     * @param hostFile of the node, for pods on its network
     */
    static void write(Path file, Pod pod, List<String> podIps, String domain, Path hostFile)
            throws IOException {
        String content =
                Containers.onHostNetwork(pod)
                        ? Files.readString(hostFile) + aliases(pod)
                        : managed(pod, podIps, domain) + aliases(pod);
        if (Files.exists(file) && Files.readString(file).equals(content)) {
            return;
        }
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private static String managed(Pod pod, List<String> podIps, String domain) {
        StringBuilder hosts = new StringBuilder("# Kubernetes-managed hosts file.\n");
        hosts.append("127.0.0.1\tlocalhost\n");
        hosts.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
        hosts.append("fe00::0\tip6-localnet\n");
        hosts.append("fe00::0\tip6-mcastprefix\n");
        hosts.append("fe00::1\tip6-allnodes\n");
        hosts.append("fe00::2\tip6-allrouters\n");
        for (String ip : podIps) {
            hosts.append(ip).append('\t');
            String subdomain = pod.getSpec().getSubdomain();
            if (subdomain != null && !subdomain.isEmpty()) {
                hosts.append(hostname(pod))
                        .append('.')
                        .append(subdomain)
                        .append('.')
                        .append(pod.getMetadata().getNamespace())
                        .append(".svc.")
                        .append(domain)
                        .append('\t');
            }
            hosts.append(hostname(pod)).append('\n');
        }
        return hosts.toString();
    }

    private static String aliases(Pod pod) {
        if (pod.getSpec().getHostAliases().isEmpty()) {
            return "";
        }
        StringBuilder hosts = new StringBuilder("\n# Entries added by HostAliases.\n");
        for (HostAlias alias : pod.getSpec().getHostAliases()) {
            hosts.append(alias.getIp())
                    .append('\t')
                    .append(String.join("\t", alias.getHostnames()))
                    .append('\n');
        }
        return hosts.toString();
    }

    /** The pod's host name: as wished, or its name cut to what a host name may be. */
    static String hostname(Pod pod) {
        String wished = pod.getSpec().getHostname();
        String name = wished == null || wished.isEmpty() ? pod.getMetadata().getName() : wished;
        if (name.length() <= 63) {
            return name;
        }
        return name.substring(0, 63).replaceAll("[-.]+$", "");
    }
}
