package io.felucca.controller.garbagecollector;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.felucca.client.api.Key;
import io.felucca.machinery.GroupVersionResource;

/** An object of any resource, and the key under which it is worked on. */
record Item(GroupVersionResource resource, Key object) {
    private static final String GONE = "uid";

    /** The queue's key of this object: its resource stands before its namespace. */
    Key queued() {
        return new Key(
                resource.apiVersion() + "/" + resource.resource() + ":" + object.namespace(),
                object.name());
    }

    /** Reads {@link #queued} back. */
    static Item of(Key queued) {
        String[] halves = queued.namespace().split(":", -1);
        String[] path = halves[0].split("/", -1);
        boolean core = path.length == 2;
        GroupVersionResource resource =
                new GroupVersionResource(
                        core ? "" : path[0], core ? path[0] : path[1], path[path.length - 1]);
        return new Item(resource, new Key(halves[1], queued.name()));
    }

    /** The queue's key for the dependents of an owner that is gone. */
    static Key gone(String uid) {
        return new Key(GONE, uid);
    }

    static boolean isGone(Key queued) {
        return queued.namespace().equals(GONE);
    }

    /** A reference as upstream's events write it. */
    static String text(OwnerReference owner, String namespace) {
        return "["
                + owner.getApiVersion()
                + "/"
                + owner.getKind()
                + ", namespace: "
                + namespace
                + ", name: "
                + owner.getName()
                + ", uid: "
                + owner.getUid()
                + "]";
    }
}
