package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.client.api.Key;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One object as an informer holds it: its bytes, which are the watch cache's own, and what it is
 * found by. The typed form, several times as large, is decoded for the first who asks and shared
 * with all who ask while it lives. Thread-safe.
 *
 * <p>It does not hold the {@link StoredObject}: that would keep the classes of a server that has
 * been replaced.
 */
final class Held<T extends HasMetadata> implements Supplier<T> {
    private final Key key;
    private final byte[] json;
    private final Map<String, String> labels;
    private final List<String> ownerUids;
    private final Function<byte[], T> decoder;
    private final Recent recent;
    private volatile WeakReference<T> typed;

    Held(Key key, StoredObject object, Function<byte[], T> decoder, Recent recent) {
        this.key = key;
        this.json = object.json();
        this.labels = object.labels();
        this.ownerUids = object.ownerUids();
        this.decoder = decoder;
        this.recent = recent;
    }

    Key key() {
        return key;
    }

    Map<String, String> labels() {
        return labels;
    }

    List<String> ownerUids() {
        return ownerUids;
    }

    /**
     * For those who look at it in passing, as handlers of a change and readers of everything do: it
     * lives as long as they use it, and what is in use is not driven out by it.
     *
     * @throws java.io.UncheckedIOException if it is not of this type
     */
    @Override
    public T get() {
        T known = alive();
        return known == null ? decoded() : known;
    }

    /** For those who asked for this very object, and may ask again soon. */
    T kept() {
        T object = get();
        recent.used(key, object);
        return object;
    }

    private T alive() {
        WeakReference<T> reference = typed;
        return reference == null ? null : reference.get();
    }

    private synchronized T decoded() {
        T known = alive();
        if (known != null) {
            return known;
        }
        T object = decoder.apply(json);
        typed = new WeakReference<>(object);
        return object;
    }
}
