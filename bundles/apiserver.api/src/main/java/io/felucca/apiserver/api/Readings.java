package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What somebody needs of objects that it looks at again and again, such as a plugin of a pod's
 * namespace: read once for each state of an object. An object's bytes never change, and another
 * state has other bytes, so what is remembered can't be out of date. Thread-safe; bounded.
 *
 * @param <T> immutable, as it is shared
 */
public final class Readings<T> {
    private static final int MOST = 4_096;

    private final Function<ObjectNode, T> reader;
    private final Map<String, Reading<T>> known = new ConcurrentHashMap<>();

    /** Bytes, which are compared by identity, and what they say. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Reading<T>(byte[] json, T value) {}

    /**
     * @param reader depends on nothing but the tree, of which it keeps nothing that can be changed
     */
    public Readings(Function<ObjectNode, T> reader) {
        this.reader = Objects.requireNonNull(reader, "reader");
    }

    /** Of objects of one resource only: they are told apart by namespace and name. */
    public T of(StoredObject object) {
        byte[] json = object.json();
        String key = object.namespace() + '/' + object.name();
        Reading<T> last = known.get(key);
        if (last != null && last.json == json) {
            return last.value;
        }
        T value = reader.apply(Json.parseObject(json));
        if (known.size() >= MOST) {
            // Rare enough that starting over beats keeping an order of use.
            known.clear();
        }
        known.put(key, new Reading<>(json, value));
        return value;
    }
}
