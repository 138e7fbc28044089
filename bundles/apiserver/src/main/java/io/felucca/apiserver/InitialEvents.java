package io.felucca.apiserver;

import java.util.ArrayList;
import java.util.List;

/** Walks the selected objects of one snapshot a piece at a time. For one thread at a time. */
final class InitialEvents {
    private final ObjectTree objects;
    private final Selection selection;
    private final boolean endsWithBookmark;
    private CachedObject last;
    private boolean done;

    InitialEvents(ObjectTree objects, Selection selection, boolean endsWithBookmark) {
        this.objects = objects;
        this.selection = selection;
        this.endsWithBookmark = endsWithBookmark;
    }

    List<CachedObject> next(int most) {
        List<CachedObject> found = new ArrayList<>();
        if (done) {
            return found;
        }
        Listing listing = Listing.of(objects, selection, last, most);
        found.addAll(listing.found());
        done = !listing.more();
        if (!found.isEmpty()) {
            last = found.get(found.size() - 1);
        }
        return found;
    }

    boolean isDone() {
        return done;
    }

    boolean endsWithBookmark() {
        return endsWithBookmark;
    }
}
