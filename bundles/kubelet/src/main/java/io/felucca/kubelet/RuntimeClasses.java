package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;

/** Finds the runtime's handler for a pod. Thread-safe. */
final class RuntimeClasses {
    private final Client<RuntimeClass> classes;

    RuntimeClasses(Client<RuntimeClass> classes) {
        this.classes = classes;
    }

    /** Empty for the runtime's default. */
    String handler(Pod pod) throws ConfigurationException {
        String name = pod.getSpec().getRuntimeClassName();
        if (name == null || name.isEmpty()) {
            return "";
        }
        return classes.get(Key.clusterScoped(name))
                .orElseThrow(
                        () ->
                                new ConfigurationException(
                                        "failed to get sandbox runtime: RuntimeClass \""
                                                + name
                                                + "\" not found"))
                .getHandler();
    }
}
