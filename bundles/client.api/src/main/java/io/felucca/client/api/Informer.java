package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Objects of one type, kept current. A bundle's own view: closed when the bundle stops.
 *
 * <p>Handlers are called one change at a time, on the informer's thread, after the lister shows the
 * change; first with every object that is there. They must only hand over.
 */
@ProviderType
public interface Informer<T extends HasMetadata> extends Lister<T>, AutoCloseable {

    /** Whether everything there was at the start is here. */
    boolean synced();

    /** The store's revision up to which this informer has seen everything, of its own type. */
    long revision();

    /** Runs once, when synced and {@link #revision} is at least this; at once if so already. */
    void whenReached(long revision, Runnable action);

    /** Keeps an index; objects already here are indexed too. */
    Informer<T> index(String name, Function<T, Collection<String>> values);

    void onChange(Consumer<Change<T>> handler);

    @Override
    void close();

    /** One object's change; both sides for an update. */
    record Change<T>(Optional<T> before, Optional<T> now) {

        /** The newer of the two. */
        public T latest() {
            return now.or(() -> before).orElseThrow();
        }
    }
}
