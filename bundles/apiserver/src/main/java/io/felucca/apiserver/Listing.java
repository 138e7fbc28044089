package io.felucca.apiserver;

import java.util.ArrayList;
import java.util.List;

/**
 * The selected objects of one tree after a place.
 *
 * @param more whether further selected ones follow
 */
record Listing(List<CachedObject> found, boolean more) {

    /**
     * @param after null for the beginning
     * @param most 0 for all
     */
    static Listing of(ObjectTree objects, Selection selection, CachedObject after, int most) {
        return after == null
                ? of(objects, selection, null, null, most)
                : of(objects, selection, after.namespace(), after.name(), most);
    }

    static Listing of(
            ObjectTree objects,
            Selection selection,
            String afterNamespace,
            String afterName,
            int most) {
        String only = selection.namespace();
        if (!only.isEmpty() && !selection.name().isEmpty() && afterName == null) {
            CachedObject one = objects.get(only, selection.name());
            boolean there = one != null && selection.matches(one);
            return new Listing(there ? List.of(one) : List.of(), false);
        }
        String fromNamespace = afterNamespace;
        String fromName = afterName;
        if (fromNamespace == null && !only.isEmpty()) {
            fromNamespace = only;
        }
        List<CachedObject> found = new ArrayList<>();
        boolean[] more = {false};
        objects.scan(
                fromNamespace,
                fromName,
                object -> {
                    if (!only.isEmpty() && !only.equals(object.namespace())) {
                        return false;
                    }
                    if (!selection.matches(object)) {
                        return true;
                    }
                    if (most > 0 && found.size() == most) {
                        more[0] = true;
                        return false;
                    }
                    found.add(object);
                    return true;
                });
        return new Listing(found, more[0]);
    }
}
