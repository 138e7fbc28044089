package io.felucca.apiserver.admission.namespaceexists;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Refuses any request into a namespace that does not exist; a part of what NamespaceLifecycle does.
 * Off unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=NamespaceExists",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class NamespaceExists implements AdmissionPlugin {
    static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");

    @Override
    public void validate(Request request) {
        boolean isNamespace = request.resource().groupResource().equals(NAMESPACES.groupResource());
        if (!isNamespace
                && !request.namespace().isEmpty()
                && request.server().get(NAMESPACES, "", request.namespace()).isEmpty()) {
            throw ApiException.notFound(NAMESPACES.groupResource(), request.namespace());
        }
    }
}
