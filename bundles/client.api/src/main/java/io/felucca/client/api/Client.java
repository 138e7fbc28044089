package io.felucca.client.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads and writes of one type, live: reads are linearizable. Calls block until the server has
 * answered. Every failure is an {@link io.felucca.machinery.ApiException}; that an object is not
 * there is an ordinary answer where the result is an {@link Optional} or a boolean. Objects come
 * without {@code managedFields}, which an update then leaves to the server.
 */
@ProviderType
public interface Client<T extends HasMetadata> {
    Optional<T> get(Key key);

    /**
     * @param namespace empty for all
     * @param labelSelector as kubectl writes it, or empty
     */
    List<T> list(String namespace, String labelSelector);

    /** All of a namespace, for who keeps few of them: they need not all be in memory at once. */
    default void each(String namespace, Consumer<T> action) {
        list(namespace, "").forEach(action);
    }

    T create(T object);

    /** Replaces it; the object's resourceVersion, if set, must still be the newest. */
    T update(T object);

    /** Replaces only the status. */
    T updateStatus(T object);

    /** Replaces what a subresource, such as {@code finalize}, is a view of. */
    T update(T object, String subresource);

    /** A JSON merge patch. */
    T patch(Key key, ObjectNode mergePatch);

    /** A JSON merge patch of a subresource, such as {@code status}. */
    T patch(Key key, String subresource, ObjectNode mergePatch);

    /** Creates an action subresource, such as {@code binding} or {@code eviction}. */
    ObjectNode act(Key key, String subresource, ObjectNode body);

    /** Deletes it; false if it was gone already. */
    boolean delete(Key key, Deletion options);

    /**
     * @param uid only if it has this uid; null for any
     * @param resourceVersion only at this version; null for any
     * @param propagation {@code Background}, {@code Foreground}, {@code Orphan} or null
     */
    record Deletion(
            String uid, String resourceVersion, OptionalLong graceSeconds, String propagation) {
        public static final Deletion PLAIN = new Deletion(null, null, OptionalLong.empty(), null);

        public static Deletion ofUid(String uid) {
            return new Deletion(uid, null, OptionalLong.empty(), null);
        }

        public Deletion now() {
            return new Deletion(uid, resourceVersion, OptionalLong.of(0), propagation);
        }

        public Deletion propagating(String how) {
            return new Deletion(uid, resourceVersion, graceSeconds, how);
        }
    }
}
