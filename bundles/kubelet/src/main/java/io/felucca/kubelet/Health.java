package io.felucca.kubelet;

import java.util.Optional;

/** What the probes found out about containers, by the runtime's container id. Thread-safe. */
interface Health {

    /** Whether the startup probe has passed, or there is none. */
    boolean started(String containerId);

    /** Whether the readiness probe passes, or there is none. */
    boolean ready(String containerId);

    /** Why the container has to be ended: the probe that failed too often. */
    Optional<String> failed(String containerId);
}
