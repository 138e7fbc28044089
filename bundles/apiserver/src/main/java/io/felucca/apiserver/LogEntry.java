package io.felucca.apiserver;

import io.felucca.apiserver.api.WatchCursor;

/**
 * One change of one object in a resource's log, linked to the next. Its events are made on demand
 * and once, for all watchers that see the change the same way.
 */
final class LogEntry {
    /** Stands behind an entry that was dropped: who still is there has fallen behind. */
    static final LogEntry GONE = new LogEntry(0, null, null);

    private final long revision;
    private final CachedObject previous;
    private final CachedObject current;
    private volatile LogEntry next;
    private volatile WatchCursor.Event added;
    private volatile WatchCursor.Event modified;
    private volatile WatchCursor.Event deleted;

    /** {@code previous} is null for a creation, {@code current} for a deletion. */
    LogEntry(long revision, CachedObject previous, CachedObject current) {
        this.revision = revision;
        this.previous = previous;
        this.current = current;
    }

    long revision() {
        return revision;
    }

    CachedObject previous() {
        return previous;
    }

    CachedObject current() {
        return current;
    }

    LogEntry next() {
        return next;
    }

    void next(LogEntry entry) {
        next = entry;
    }

    /** What it may come to hold in memory while it is in the log. */
    int weight() {
        CachedObject object = current == null ? previous : current;
        return 2 * object.json().length;
    }

    /** The type that a watcher with this selection sees; null for nothing. */
    WatchCursor.Type seenBy(Selection selection) {
        boolean before = previous != null && selection.matches(previous);
        boolean after = current != null && selection.matches(current);
        if (after) {
            return before ? WatchCursor.Type.MODIFIED : WatchCursor.Type.ADDED;
        }
        return before ? WatchCursor.Type.DELETED : null;
    }

    /** The event with the object in its stored form. A race makes it twice, which does no harm. */
    WatchCursor.Event event(WatchCursor.Type type) {
        WatchCursor.Event known =
                type == WatchCursor.Type.ADDED
                        ? added
                        : type == WatchCursor.Type.MODIFIED ? modified : deleted;
        if (known != null) {
            return known;
        }
        WatchCursor.Event made = new WatchCursor.Event(type, object(type), revision);
        if (type == WatchCursor.Type.ADDED) {
            added = made;
        } else if (type == WatchCursor.Type.MODIFIED) {
            modified = made;
        } else {
            deleted = made;
        }
        return made;
    }

    /** The object that an event of this type shows. */
    CachedObject object(WatchCursor.Type type) {
        return type == WatchCursor.Type.DELETED ? previous.atRevision(revision) : current;
    }
}
