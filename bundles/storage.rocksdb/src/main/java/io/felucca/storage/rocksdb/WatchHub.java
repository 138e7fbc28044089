package io.felucca.storage.rocksdb;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who watches, and the revision that all may see. Thread-safe.
 *
 * <p>A watch is live once it stands in {@link #live}; the writer takes that list at the same moment
 * as it shows a new revision, so a watch that joins knows exactly which revision it will get first.
 */
final class WatchHub {
    /** A bound, not a target: each costs the writer a comparison for each change. */
    static final int MAX_WATCHES = 16_384;

    private final Disk disk;
    private final Set<StoreWatch> all = ConcurrentHashMap.newKeySet();
    private List<StoreWatch> live = List.of();
    private StoreException ended;
    private volatile long published;

    /** The beginning of the history; set before anything is deleted. */
    private volatile long compacted;

    WatchHub(Disk disk, StoreState.Recovered recovered) {
        this.disk = disk;
        this.published = recovered.revision();
        this.compacted = recovered.compacted();
    }

    /** The newest revision that may be shown: it is on disk. */
    long published() {
        return published;
    }

    long compacted() {
        return compacted;
    }

    void compacted(long revision) {
        compacted = revision;
    }

    /** Whether a revision's state is still there, or why not. */
    Optional<StoreException> gone(long revision) {
        return revision >= compacted
                ? Optional.empty()
                : Optional.of(
                        new StoreException(
                                Reason.COMPACTED,
                                "revision "
                                        + revision
                                        + " has been compacted, history begins at "
                                        + compacted));
    }

    /**
     * Takes a watch in. One that wants nothing of the past is live at once: gives the revision it
     * has caught up with; any other has to be replayed.
     */
    OptionalLong add(StoreWatch watch, long fromRevision) {
        if (fromRevision < 0) {
            throw new StoreException(Reason.INVALID, "negative revision " + fromRevision);
        }
        synchronized (this) {
            if (ended != null) {
                throw ended;
            }
            if (all.size() >= MAX_WATCHES) {
                throw new StoreException(
                        Reason.OVERLOADED, "there are " + MAX_WATCHES + " watches already");
            }
            all.add(watch);
            watch.startAt(fromRevision == 0 ? published + 1 : fromRevision);
            if (watch.next() <= published) {
                return OptionalLong.empty();
            }
            join(watch);
            return OptionalLong.of(published);
        }
    }

    /** Makes a watch live that has caught up, on the writer's thread. */
    void join(StoreWatch watch) {
        synchronized (this) {
            List<StoreWatch> more = new ArrayList<>(live);
            more.add(watch);
            live = List.copyOf(more);
        }
        // Closed before it was in the list: nobody would take it out.
        if (watch.done()) {
            remove(watch);
        }
    }

    /** Shows a batch that is on disk: first the revision, then the changes. */
    void publish(long revision, List<Batch.Pending> pending) {
        List<StoreWatch> targets;
        synchronized (this) {
            published = revision;
            targets = live;
        }
        Change[] built = new Change[pending.size()];
        for (StoreWatch target : targets) {
            List<Change> mine = new ArrayList<>();
            for (int i = 0; i < built.length; i++) {
                if (target.matches(pending.get(i).key())) {
                    if (built[i] == null) {
                        built[i] = build(pending.get(i));
                    }
                    mine.add(built[i]);
                }
            }
            if (!mine.isEmpty()) {
                target.deliver(mine, mine.get(mine.size() - 1).revision());
            }
            target.progress(revision);
        }
    }

    private Change build(Batch.Pending pending) {
        return new Change(
                pending.revision(),
                pending.key(),
                Optional.ofNullable(pending.current()),
                pending.previousRevision() == 0
                        ? Optional.empty()
                        : disk.version(pending.key(), pending.previousRevision()));
    }

    /** Ends all watches, and those still to come. */
    void end(StoreException reason) {
        synchronized (this) {
            if (ended == null) {
                ended = reason;
            }
        }
        List.copyOf(all).forEach(watch -> watch.end(reason));
    }

    void remove(StoreWatch watch) {
        all.remove(watch);
        synchronized (this) {
            if (live.contains(watch)) {
                List<StoreWatch> fewer = new ArrayList<>(live);
                fewer.remove(watch);
                live = List.copyOf(fewer);
            }
        }
    }
}
