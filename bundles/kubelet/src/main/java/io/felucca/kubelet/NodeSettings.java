package io.felucca.kubelet;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What the agent was configured with.
 *
 * @param data where pods' directories are kept, across restarts of the machine
 * @param run a directory that may be lost with the machine's power
 * @param logs the root of the containers' logs
 * @param cgroupRoot the cgroup under which {@code kubepods} is made; empty for the top
 */
public record NodeSettings(
        String nodeName,
        String nodeIp,
        Path data,
        Path run,
        Path logs,
        String clusterDomain,
        String dnsIp,
        int kubeletPort,
        String cgroupRoot) {
    public NodeSettings {
        Objects.requireNonNull(nodeName, "nodeName");
        Objects.requireNonNull(nodeIp, "nodeIp");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(logs, "logs");
        Objects.requireNonNull(clusterDomain, "clusterDomain");
        Objects.requireNonNull(dnsIp, "dnsIp");
        Objects.requireNonNull(cgroupRoot, "cgroupRoot");
    }

    public Path podDirectory(String uid) {
        return data.resolve("kubelet").resolve("pods").resolve(uid);
    }

    /** {@code <namespace>_<name>_<uid>}, as log collectors know it. */
    public Path podLogs(String namespace, String name, String uid) {
        return logs.resolve(namespace + "_" + name + "_" + uid);
    }
}
