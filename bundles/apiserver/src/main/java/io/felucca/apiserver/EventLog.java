package io.felucca.apiserver;

/**
 * The recent changes of one resource, oldest first, bounded by number and weight. One thread
 * writes; any number read without locks by following the links. A reader that stands on a dropped
 * entry finds {@link LogEntry#GONE} behind it.
 */
final class EventLog {
    private static final int MOST_ENTRIES = 10_000;
    private static final int LEAST_ENTRIES = 100;
    private static final long MOST_BYTES = 32L << 20;

    /** Not part of the log: the last that was dropped, or a start of the same revision. */
    private volatile LogEntry base;

    private LogEntry newest;
    private int entries;
    private long bytes;

    EventLog(long revision) {
        base = new LogEntry(revision, null, null);
        newest = base;
    }

    /** Changes after this revision are all here. */
    long since() {
        return base.revision();
    }

    void append(LogEntry entry) {
        bytes += entry.weight();
        entries++;
        newest.next(entry);
        newest = entry;
        while (entries > MOST_ENTRIES || (bytes > MOST_BYTES && entries > LEAST_ENTRIES)) {
            dropOldest();
        }
    }

    private void dropOldest() {
        LogEntry dropped = base.next();
        LogEntry before = base;
        bytes -= dropped.weight();
        entries--;
        base = dropped;
        before.next(LogEntry.GONE);
    }

    /** Forgets all; every reader falls out, and the log goes on after this revision. */
    void reset(long revision) {
        LogEntry entry = base;
        LogEntry last = newest;
        base = new LogEntry(revision, null, null);
        newest = base;
        entries = 0;
        bytes = 0;
        while (entry != null && entry != LogEntry.GONE) {
            LogEntry next = entry == last ? null : entry.next();
            entry.next(LogEntry.GONE);
            entry = next;
        }
    }

    /** The last entry that is not after this revision; null if the log begins later. */
    LogEntry lastUpTo(long revision) {
        while (true) {
            LogEntry entry = base;
            if (entry.revision() > revision) {
                return null;
            }
            LogEntry next = entry.next();
            while (next != null && next != LogEntry.GONE && next.revision() <= revision) {
                entry = next;
                next = entry.next();
            }
            if (next != LogEntry.GONE) {
                return entry;
            }
            // It was dropped meanwhile: look again from where the log begins now.
        }
    }
}
