package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Namespace;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import java.util.Map;

/** The labels of namespaces; of one that isn't known none. */
record NamespaceLabels(Lister<Namespace> namespaces) {
    Map<String, String> of(String namespace) {
        return namespaces.get(Key.clusterScoped(namespace)).map(Selectors::labels).orElse(Map.of());
    }
}
