package io.felucca.storage.rocksdb;

/**
 * What the index knows of a key: its latest version without the value. A deletion stays until it is
 * compacted, so that a read in the past knows where to look; its version is 0.
 */
record Entry(long modRevision, long createRevision, long version, long lease) {

    static Entry deletion(long revision) {
        return new Entry(revision, 0, 0, 0);
    }

    boolean deleted() {
        return version == 0;
    }

    /** What a put at a revision makes of this. */
    Entry next(long revision, long newLease) {
        return deleted()
                ? new Entry(revision, revision, 1, newLease)
                : new Entry(revision, createRevision, version + 1, newLease);
    }
}
