package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What was made from all objects of one resource, in the order of their names. Made anew only from
 * those that changed; a request between two changes costs one comparison. Thread-safe.
 *
 * @param <T> what is made from an object
 */
final class Compiled<T> {
    private final GroupVersionResource resource;
    private final Function<JsonNode, List<T>> make;
    private volatile State<T> state = new State<>(null, Map.of(), List.of());

    private record Made<T>(String uid, long revision, List<T> parts) {}

    private record State<T>(Object version, Map<String, Made<T>> byName, List<T> all) {}

    Compiled(GroupVersionResource resource, Function<JsonNode, List<T>> make) {
        this.resource = resource;
        this.make = make;
    }

    List<T> all(Reader reader) {
        Object version = reader.version(resource);
        State<T> now = state;
        return version == now.version ? now.all : renewed(reader);
    }

    private synchronized List<T> renewed(Reader reader) {
        // In this order: what changes after the version was read makes the next request look again.
        Object version = reader.version(resource);
        State<T> last = state;
        if (version == null || version == last.version) {
            return version == null ? List.of() : last.all;
        }
        Map<String, Made<T>> byName = new HashMap<>();
        List<T> all = new ArrayList<>();
        List<StoredObject> objects = new ArrayList<>(reader.list(resource, ""));
        objects.sort(Comparator.comparing(StoredObject::name));
        for (StoredObject object : objects) {
            Made<T> made = last.byName.get(object.name());
            boolean same =
                    made != null
                            && made.revision == object.revision()
                            && made.uid.equals(object.uid());
            if (!same) {
                List<T> parts = List.copyOf(make.apply(Json.parseObject(object.json())));
                made = new Made<>(object.uid(), object.revision(), parts);
            }
            byName.put(object.name(), made);
            all.addAll(made.parts);
        }
        state = new State<>(version, Map.copyOf(byName), List.copyOf(all));
        return state.all;
    }
}
