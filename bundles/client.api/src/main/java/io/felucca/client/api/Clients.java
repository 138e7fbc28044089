package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Clients that act in the name of the bundle that got this service.
 *
 * <p>The name comes from the bundle's header {@value #IDENTITY_HEADER}, such as {@code
 * system:serviceaccount:kube-system:deployment-controller}; {@code ${node.name}} in it is replaced.
 * A bundle without the header is {@code system:bundle:<symbolic name>} in the group {@code
 * system:bundles}. What it may do, RBAC says. Thread-safe. While the API server is being replaced,
 * calls wait a moment and then fail with 503.
 */
@ProviderType
public interface Clients {
    String IDENTITY_HEADER = "Felucca-Identity";

    <T extends HasMetadata> Client<T> of(Class<T> type);

    /** For any resource that is served, known to the typed model or not. */
    Client<GenericKubernetesResource> of(GroupVersionResource resource);

    /** Records events with this bundle's component name (the last part of its identity). */
    EventRecorder events();

    /** What the server serves now, without what other servers serve behind it. */
    List<Served> discover();

    /**
     * What other servers serve behind this one. {@link #of(GroupVersionResource)} gives clients of
     * these resources too; there are no informers of them.
     */
    default Aggregated discoverAggregated() {
        return new Aggregated(List.of(), List.of());
    }

    /**
     * The highest resourceVersion written through any client on this thread since {@link
     * #resetLastWrite}.
     */
    long lastWrite();

    void resetLastWrite();

    /**
     * Resources of other servers.
     *
     * @param failures of which versions of groups it is not known, and why
     */
    record Aggregated(List<Served> served, List<String> failures) {
        public Aggregated {
            served = List.copyOf(served);
            failures = List.copyOf(failures);
        }
    }

    /**
     * One served resource.
     *
     * @param verbs in lower case
     */
    record Served(
            GroupVersionResource resource,
            GroupVersionKind kind,
            boolean namespaced,
            boolean preferred,
            Set<String> verbs) {
        public Served {
            verbs = Set.copyOf(verbs);
        }
    }
}
