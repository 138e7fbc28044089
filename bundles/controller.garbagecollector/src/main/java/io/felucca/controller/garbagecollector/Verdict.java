package io.felucca.controller.garbagecollector;

import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.ArrayList;
import java.util.List;

/**
 * The owners of an object, by what became of them.
 *
 * @param solid there, and not waiting for their dependents
 * @param dangling gone: the server has no such object with that uid
 * @param waiting there, and waiting for their dependents to go first
 */
record Verdict(
        List<OwnerReference> solid, List<OwnerReference> dangling, List<OwnerReference> waiting) {

    Verdict() {
        this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    boolean isKept() {
        return !solid.isEmpty();
    }
}
