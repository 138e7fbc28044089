package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.machinery.LabelSelector;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads from memory. The objects are shared: never change one, copy it first. Thread-safe.
 *
 * <p>Objects are kept as bytes; typed ones live as long as somebody uses them, and a little longer.
 * So a read of few objects is cheap however many there are, and a read of all decodes them all.
 * They have no {@code managedFields}.
 *
 * <p>Before everything has been listed, and while it is listed anew, every read throws an {@link
 * io.felucca.machinery.ApiException} with 503: an empty answer would look like an emptied cluster.
 */
@ProviderType
public interface Lister<T extends HasMetadata> {
    Optional<T> get(Key key);

    List<T> list();

    /** What {@link #list()} gives, one by one: they need not all be in memory at once. */
    default void each(Consumer<T> action) {
        list().forEach(action);
    }

    List<T> list(String namespace);

    /** Those whose labels match; where it counts, others are not even decoded. */
    default List<T> list(String namespace, LabelSelector labels) {
        return list(namespace).stream()
                .filter(one -> labels.matches(Selectors.labels(one)))
                .toList();
    }

    /** Those with an ownerReference to this uid. */
    List<T> ownedBy(String uid);

    /** Those for which the {@linkplain Informer#index index} of that name gave this value. */
    List<T> byIndex(String index, String value);

    /** How many {@link #byIndex} would give; where it counts, none of them is even decoded. */
    default int count(String index, String value) {
        return byIndex(index, value).size();
    }
}
