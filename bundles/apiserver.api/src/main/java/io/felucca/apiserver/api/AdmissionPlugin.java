package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks at writes before they are stored, as an OSGi service named by the property {@value #NAME}.
 * Plugins run in upstream's order; those that upstream does not know, after them by service
 * ranking. All mutating passes run before all validating ones.
 */
@ConsumerType
public interface AdmissionPlugin {

    /** The service property with upstream's plugin name. */
    String NAME = "admission.plugin";

    /** May change {@code request.object()}. Throws an ApiException to refuse. */
    default void mutate(Request request) {}

    /** Throws an ApiException to refuse. */
    default void validate(Request request) {}

    /**
     * What is about to happen.
     *
     * @param operation CREATE, UPDATE, DELETE or CONNECT
     * @param object the new object; null for a deletion
     * @param old the object now stored; null for a creation
     * @param server for live reads, as the server itself
     */
    record Request(
            Operation operation,
            UserInfo user,
            GroupVersionResource resource,
            GroupVersionKind kind,
            String subresource,
            String namespace,
            String name,
            ObjectNode object,
            ObjectNode old,
            boolean dryRun,
            Reader server) {}

    /** Upstream's operations. */
    enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /** Reads from the server's cache, without authorization. */
    interface Reader {
        java.util.Optional<StoredObject> get(
                GroupVersionResource resource, String namespace, String name);

        java.util.List<StoredObject> list(GroupVersionResource resource, String namespace);
    }
}
