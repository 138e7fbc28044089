package io.felucca.controller.garbagecollector;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What an object's metadata says about its deletion. */
final class Marks {
    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    private Marks() {}

    static boolean isGoing(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    static boolean has(HasMetadata object, String finalizer) {
        return object.getMetadata().getFinalizers().contains(finalizer);
    }

    /** It goes when its dependents have gone. */
    static boolean waitsForDependents(HasMetadata object) {
        return isGoing(object) && has(object, FOREGROUND);
    }

    /** It goes when its dependents no longer refer to it. */
    static boolean orphansDependents(HasMetadata object) {
        return isGoing(object) && has(object, ORPHAN);
    }

    static List<OwnerReference> owners(HasMetadata object) {
        return object.getMetadata().getOwnerReferences();
    }

    static boolean blocks(OwnerReference reference) {
        return Boolean.TRUE.equals(reference.getBlockOwnerDeletion());
    }

    static boolean blocks(HasMetadata dependent, String ownerUid) {
        return owners(dependent).stream()
                .anyMatch(one -> one.getUid().equals(ownerUid) && blocks(one));
    }

    /** Whether an object that looks like this may be the collector's business. */
    static boolean concernUs(HasMetadata object) {
        return !owners(object).isEmpty() || waitsForDependents(object) || orphansDependents(object);
    }

    /** Whether a change touches what the collector decides by. */
    static boolean differ(HasMetadata before, HasMetadata now) {
        return !owners(before).equals(owners(now))
                || isGoing(before) != isGoing(now)
                || has(before, ORPHAN) != has(now, ORPHAN)
                || has(before, FOREGROUND) != has(now, FOREGROUND);
    }

    static boolean sameUid(HasMetadata one, HasMetadata other) {
        return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
    }

    /** The same reference, to the same uid, among others; empty if it is not there. */
    static Optional<OwnerReference> find(List<OwnerReference> references, String uid) {
        return references.stream().filter(one -> one.getUid().equals(uid)).findFirst();
    }
}
