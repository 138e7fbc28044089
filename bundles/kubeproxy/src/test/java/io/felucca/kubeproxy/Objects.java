package io.felucca.kubeproxy;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;

/** Services and slices for tests. */
final class Objects {
    static final Settings SETTINGS =
            new Settings("felucca", "node", "192.168.77.1", "10.244.0.0/16", "10.96.0.0/12");

    private Objects() {}

    /** With the port 80 named web. */
    static ServiceBuilder service(String name, String clusterIp, String protocol) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withClusterIP(clusterIp)
                .addNewPort()
                .withName("web")
                .withProtocol(protocol)
                .withPort(80)
                .endPort()
                .endSpec();
    }

    /** With endpoints on this node that are ready. */
    static EndpointSlice slice(String service, String protocol, String... addresses) {
        EndpointSliceBuilder slice = sliceBuilder(service, protocol);
        for (String address : addresses) {
            slice.addNewEndpoint()
                    .withAddresses(address)
                    .withNodeName("node")
                    .withNewConditions()
                    .withReady(true)
                    .endConditions()
                    .endEndpoint();
        }
        return slice.build();
    }

    static EndpointSliceBuilder sliceBuilder(String service, String protocol) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(service + "-1")
                .addToLabels(Proxy.SERVICE_LABEL, service)
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("web")
                .withProtocol(protocol)
                .withPort(NetPeer.PORT)
                .endPort();
    }
}
