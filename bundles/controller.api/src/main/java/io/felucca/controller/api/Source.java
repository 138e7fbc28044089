package io.felucca.controller.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A type that a controller watches, and which keys a changed object concerns. The function is asked
 * with the object before and after a change; it must be quick.
 */
public record Source<T extends HasMetadata>(Class<T> type, Function<T, Collection<Key>> keys) {
    public Source {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(keys, "keys");
    }

    /** The object itself. */
    public static <T extends HasMetadata> Source<T> self(Class<T> type) {
        return new Source<>(type, object -> List.of(Key.of(object)));
    }

    /** The object's controlling owner, if of this kind. */
    public static <T extends HasMetadata> Source<T> controlledBy(Class<T> type, String ownerKind) {
        return new Source<>(type, object -> controller(object, ownerKind));
    }

    public static <T extends HasMetadata> Source<T> mapped(
            Class<T> type, Function<T, Collection<Key>> keys) {
        return new Source<>(type, keys);
    }

    /** All keys that a change concerns. */
    public Set<Key> concerned(Informer.Change<T> change) {
        Set<Key> all = new LinkedHashSet<>();
        change.before().ifPresent(object -> all.addAll(keys.apply(object)));
        change.now().ifPresent(object -> all.addAll(keys.apply(object)));
        return all;
    }

    private static Collection<Key> controller(HasMetadata object, String kind) {
        for (OwnerReference owner : object.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(owner.getController()) && owner.getKind().equals(kind)) {
                String namespace = object.getMetadata().getNamespace();
                return List.of(new Key(namespace == null ? "" : namespace, owner.getName()));
            }
        }
        return List.of();
    }
}
