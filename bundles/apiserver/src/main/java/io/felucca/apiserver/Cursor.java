package io.felucca.apiserver;

import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A watcher's place: first, if asked for, the objects of one snapshot, then the entries of the log.
 * While it waits, the cache's applier moves it over changes that its selection does not see, so
 * that a watch of little does not fall behind a log of much.
 */
final class Cursor implements WatchCursor {
    private static final long BOOKMARK_MILLIS = Duration.ofMinutes(1).toMillis();

    private final ResourceCache cache;
    private final WatchCache whole;
    private final Selection selection;
    private final CursorView view;
    private final Clock clock;
    private final boolean bookmarks;
    private final long floor;

    // All below is guarded by this.
    private InitialEvents initial;
    private LogEntry place;
    private long delivered;
    private long nextBookmarkMillis;
    private ApiException problem;
    private boolean ended;
    private Runnable action;
    private boolean queued;

    /**
     * @param floor changes up to this revision are not shown
     * @param place the last entry not after {@code floor}, or null if the log begins later
     * @param initial what comes first, or null
     */
    Cursor(
            ResourceCache cache,
            WatchCache whole,
            Selection selection,
            CursorView view,
            Clock clock,
            boolean bookmarks,
            long floor,
            LogEntry place,
            InitialEvents initial) {
        this.cache = cache;
        this.whole = whole;
        this.selection = selection;
        this.view = view;
        this.clock = clock;
        this.bookmarks = bookmarks;
        this.floor = floor;
        this.place = place;
        this.initial = initial;
        this.delivered = floor;
        this.nextBookmarkMillis = clock.millis() + BOOKMARK_MILLIS;
        if (place == null) {
            problem = tooOld(floor);
        }
    }

    private ApiException tooOld(long from) {
        return ApiException.expired(
                "too old resource version: " + from + " (" + cache.log().since() + ")");
    }

    @Override
    public List<Event> poll(int most) {
        List<Event> events = next(most);
        if (view.converts()) {
            // Without the lock, which the cache's applier takes: a conversion may take time.
            events.replaceAll(view::shown);
        }
        return events;
    }

    /** The events with the objects in their stored form. */
    private synchronized List<Event> next(int most) {
        List<Event> events = new ArrayList<>();
        if (ended) {
            return events;
        }
        if (initial != null) {
            pollInitial(most, events);
        }
        if (initial == null && problem == null) {
            pollLog(most, events);
        }
        if (problem != null && initial == null && events.size() < most) {
            events.add(Lines.error(problem, delivered));
            end();
        }
        return events;
    }

    private void pollInitial(int most, List<Event> events) {
        for (CachedObject object : initial.next(most)) {
            events.add(new Event(Type.ADDED, object, object.revision()));
        }
        if (initial.isDone() && events.size() < most) {
            if (initial.endsWithBookmark()) {
                events.add(view.bookmark(floor, true));
            }
            initial = null;
        }
    }

    private void pollLog(int most, List<Event> events) {
        while (events.size() < most) {
            LogEntry entry = nextSeen();
            if (entry == null) {
                break;
            }
            events.add(entry.event(entry.seenBy(selection)));
            place = entry;
            delivered = entry.revision();
        }
        if (events.size() < most && problem == null && bookmarkIsDue()) {
            events.add(view.bookmark(revision(), false));
            nextBookmarkMillis = clock.millis() + BOOKMARK_MILLIS;
        }
        if (events.isEmpty() && problem == null && whole.isClosed()) {
            end();
        }
    }

    private boolean bookmarkIsDue() {
        return bookmarks && clock.millis() >= nextBookmarkMillis;
    }

    /** Moves over what the selection does not see; null at the end of the log. */
    private LogEntry nextSeen() {
        // Read before the log: when nothing follows, all up to here has been passed.
        long reached = whole.revision();
        while (true) {
            LogEntry next = place.next();
            if (next == null) {
                delivered = Math.max(delivered, reached);
                return null;
            }
            if (next == LogEntry.GONE) {
                problem = tooOld(delivered);
                cache.fellBehind();
                return null;
            }
            if (next.revision() > floor && next.seenBy(selection) != null) {
                return next;
            }
            place = next;
        }
    }

    private boolean hasSomething() {
        return ended
                || whole.isClosed()
                || initial != null
                || problem != null
                || nextSeen() != null
                || problem != null
                || bookmarkIsDue();
    }

    @Override
    public void onAvailable(Runnable then) {
        boolean now;
        boolean enqueue = false;
        synchronized (this) {
            now = hasSomething();
            if (!now) {
                action = then;
                enqueue = !queued;
                queued = true;
            }
        }
        if (now) {
            then.run();
            return;
        }
        if (enqueue) {
            cache.await(this);
        }
        // A change may have come between the look and the queueing, and found nobody to wake.
        Runnable due = takeIfSomething();
        if (due != null) {
            due.run();
        }
    }

    /** Called by the cache with this taken off its queue; whether to put it back. */
    boolean keepsWaiting() {
        Runnable due;
        synchronized (this) {
            if (action != null && !hasSomething()) {
                return true;
            }
            queued = false;
            due = action;
            action = null;
        }
        if (due != null) {
            due.run();
        }
        return false;
    }

    private synchronized Runnable takeIfSomething() {
        if (action == null || !hasSomething()) {
            return null;
        }
        Runnable due = action;
        action = null;
        return due;
    }

    @Override
    public synchronized long revision() {
        if (initial != null) {
            // Some of a state is no place in the history.
            return 0;
        }
        if (ended || problem != null) {
            return delivered;
        }
        LogEntry next = nextSeen();
        // A transaction may change several objects: its revision counts once all are delivered.
        return next != null && next.revision() == delivered ? delivered - 1 : delivered;
    }

    @Override
    public synchronized boolean ended() {
        return ended;
    }

    private void end() {
        ended = true;
        if (initial != null) {
            initial = null;
            delivered = 0;
        }
        place = null;
    }

    @Override
    public void close() {
        Runnable due;
        synchronized (this) {
            end();
            due = action;
            action = null;
        }
        if (due != null) {
            due.run();
        }
    }
}
