package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiServer.ListOptions;

/**
 * Where a watch stands: what its client has seen, and when it is to end. Outlives a swap of this
 * bundle as text, since no class of the bundle may.
 *
 * @param revision everything up to here was sent; 0 while the initial events are not complete
 * @param endMillis the clock's time at which the watch ends
 */
record WatchPlace(long revision, long endMillis, boolean isResumed) {

    static WatchPlace begin(long endMillis) {
        return new WatchPlace(0, endMillis, false);
    }

    /** Reads what {@link #checkpoint} made. */
    static WatchPlace resume(String checkpoint) {
        int slash = checkpoint.indexOf('/');
        return new WatchPlace(
                Long.parseLong(checkpoint.substring(0, slash)),
                Long.parseLong(checkpoint.substring(slash + 1)),
                true);
    }

    /** The same watch further on, or again at its beginning. */
    WatchPlace at(long seen) {
        return new WatchPlace(seen, endMillis, true);
    }

    String checkpoint(long seen) {
        return seen + "/" + endMillis;
    }

    /**
     * What the client asked for at first, from here on: without initial events, unless cut short.
     */
    ListOptions optionsFrom(ListOptions first) {
        if (revision == 0) {
            return first;
        }
        return new ListOptions(
                first.labelSelector(),
                first.fieldSelector(),
                Long.toString(revision),
                "",
                0,
                "",
                first.allowWatchBookmarks(),
                false,
                first.timeoutSeconds());
    }
}
