package io.felucca.kubelet.server;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/** The pods that this node has. Thread-safe. */
public interface NodePods {
    /** Whether they are known yet; until then the others fail. */
    boolean known();

    List<Pod> all();

    Optional<Pod> find(String namespace, String name);
}
