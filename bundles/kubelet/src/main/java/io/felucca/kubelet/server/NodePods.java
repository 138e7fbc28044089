package io.felucca.kubelet.server;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/** The pods that this node has. Thread-safe. */
public interface NodePods {
    List<Pod> all();

    Optional<Pod> find(String namespace, String name);
}
