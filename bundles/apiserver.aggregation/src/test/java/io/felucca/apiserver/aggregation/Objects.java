package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;

/** API objects for the tests of this bundle. */
final class Objects {
    private Objects() {}

    static APIService local(String group, String version, int groupPriority, int priority) {
        return new APIServiceBuilder()
                .withNewMetadata()
                .withName(ApiServices.name(group, version))
                .endMetadata()
                .withNewSpec()
                .withGroup(group)
                .withVersion(version)
                .withGroupPriorityMinimum(groupPriority)
                .withVersionPriority(priority)
                .endSpec()
                .build();
    }

    /** Behind Service api in namespace test, port 443. */
    static APIService remote(String group, String version) {
        return local(group, version, 1000, 15)
                .edit()
                .editSpec()
                .withNewService()
                .withNamespace("test")
                .withName("api")
                .withPort(443)
                .endService()
                .endSpec()
                .build();
    }

    static Service service(String type, int port, String portName) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("test")
                .withName("api")
                .endMetadata()
                .withNewSpec()
                .withType(type)
                .addNewPort()
                .withName(portName)
                .withPort(port)
                .endPort()
                .endSpec()
                .build();
    }

    static EndpointSlice slice(String portName, boolean ready) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace("test")
                .withName("api-1")
                .addToLabels("kubernetes.io/service-name", "api")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName(portName)
                .withPort(8443)
                .endPort()
                .addNewEndpoint()
                .withAddresses("192.0.2.1")
                .withNewConditions()
                .withReady(ready)
                .endConditions()
                .endEndpoint()
                .build();
    }
}
