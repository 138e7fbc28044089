package io.felucca.kubelet;

import java.util.Optional;

/** What the probes say, held back while a container's postStart hook runs. */
final class PodHealth implements Health {
    private final Health probes;
    private final ContainerStarter starter;

    PodHealth(Health probes, ContainerStarter starter) {
        this.probes = probes;
        this.starter = starter;
    }

    @Override
    public boolean started(String containerId) {
        return !starter.hooksRunning().contains(containerId) && probes.started(containerId);
    }

    @Override
    public boolean ready(String containerId) {
        return probes.ready(containerId);
    }

    @Override
    public Optional<String> failed(String containerId) {
        return starter.hooksRunning().contains(containerId)
                ? Optional.empty()
                : probes.failed(containerId);
    }
}
