package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.felucca.client.api.Client;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Lister;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.volume.Volumes;
import java.time.Clock;
import java.util.List;

/** What all pod workers of this node share; each part is thread-safe. */
record PodParts(
        NodeSettings node,
        NodeCapacity capacity,
        Cri cri,
        Clock clock,
        Client<Pod> pods,
        Lister<Service> services,
        EventRecorder events,
        PodCgroups cgroups,
        SandboxSpec sandboxes,
        ContainerSpec containers,
        Environment environment,
        Volumes volumes,
        PullSecrets pullSecrets,
        LifecycleHooks hooks,
        Probes probes,
        RuntimeClasses runtimeClasses) {

    FieldReferences.Place place(List<String> podIps) {
        return new FieldReferences.Place(
                node.nodeName(),
                node.nodeIp(),
                podIps,
                capacity.cpus() * 1000L,
                capacity.memoryBytes(),
                capacity.storageBytes());
    }
}
