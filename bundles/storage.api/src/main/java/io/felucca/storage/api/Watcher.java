package io.felucca.storage.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Receives a watch's changes, one call at a time, in the order of revisions. Must not block. */
@ConsumerType
public interface Watcher {

    /** All watched changes of one or more whole revisions. */
    void onChanges(List<Change> changes);

    /** Everything up to and including {@code revision} has been delivered. */
    void onProgress(long revision);

    /**
     * The watch has ended by itself and nothing more follows. Reason {@code COMPACTED}: the start
     * lies before the history's beginning; list again. Other reasons: watch again from the last
     * revision seen.
     */
    void onEnd(StoreException reason);
}
