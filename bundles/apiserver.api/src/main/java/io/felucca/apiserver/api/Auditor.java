package io.felucca.apiserver.api;

import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps a record of what is asked of the server from outside, as an OSGi service; the one with the
 * highest ranking does. Must not block. Thread-safe.
 */
@ConsumerType
public interface Auditor {

    /** Keeps nothing and costs nothing. */
    Trail NO_TRAIL = new Trail() {};

    /** Called once for each request; {@link #NO_TRAIL} if it is to leave no record. */
    Trail begin(Asked asked);

    /**
     * A request before anything is done about it.
     *
     * @param auditId as in the header {@code Audit-Id}
     * @param verb upstream's request verb, or of a path that is no resource's the method's
     * @param uri as it came, with its query
     * @param user who sent it; with an empty name if nobody knows
     * @param impersonated whom he acts as
     * @param resource empty for a path that is no resource's
     * @param path of such a path
     */
    record Asked(
            String auditId,
            String verb,
            String uri,
            UserInfo user,
            Optional<UserInfo> impersonated,
            List<String> sourceIps,
            String userAgent,
            Optional<GroupVersionResource> resource,
            String subresource,
            String namespace,
            String name,
            String path) {
        public Asked {
            Objects.requireNonNull(auditId, "auditId");
            Objects.requireNonNull(verb, "verb");
            Objects.requireNonNull(user, "user");
            sourceIps = List.copyOf(sourceIps);
        }
    }

    /** What becomes of one request; calls come in this order, some not at all. */
    interface Trail {
        /** Whether {@link #request} shall be called. */
        default boolean keepsRequest() {
            return false;
        }

        /** Whether {@link #complete} shall have the body. */
        default boolean keepsResponse() {
            return false;
        }

        /** What the authorizers said. */
        default void decided(Authorizer.Decision decision) {}

        /** What an admission plugin wants to be noted. */
        default void annotate(String key, String value) {}

        /** The object, or the patch, that came; JSON. */
        default void request(byte[] json) {}

        /** The head of an answer that takes long was sent. */
        default void started(int status) {}

        /**
         * All was said.
         *
         * @param body JSON, or empty
         */
        default void complete(int status, byte[] body) {}
    }
}
