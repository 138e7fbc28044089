package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
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

    /** One object's change; both sides for an update, each decoded when it is first asked for. */
    final class Change<T> {
        private final Key key;
        private final Supplier<T> before;
        private final Supplier<T> now;

        /**
         * @param before null for a creation
         * @param now null for a deletion
         */
        public Change(Key key, Supplier<T> before, Supplier<T> now) {
            this.key = Objects.requireNonNull(key, "key");
            this.before = before;
            this.now = now;
        }

        public Change(Optional<T> before, Optional<T> now) {
            this(
                    Key.of((HasMetadata) now.or(() -> before).orElseThrow()),
                    before.<Supplier<T>>map(one -> () -> one).orElse(null),
                    now.<Supplier<T>>map(one -> () -> one).orElse(null));
        }

        public Key key() {
            return key;
        }

        public Optional<T> before() {
            return Optional.ofNullable(before).map(Supplier::get);
        }

        public Optional<T> now() {
            return Optional.ofNullable(now).map(Supplier::get);
        }

        /** The newer of the two. */
        public T latest() {
            return now().or(this::before).orElseThrow();
        }
    }
}
