package io.felucca.storage.backup;

import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreOpener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings data into a store and checks it there. The revisions go on above all that clients may
 * know, so that none of them is ever given twice: then whoever comes with an old one gets 410 Gone.
 */
final class Transfer {
    /** How many revisions the lost store may have given after the snapshot. */
    static final long GAP = 1_000_000_000;

    private Transfer() {}

    /**
     * Brings a snapshot into a store. Its revisions go on at the time in milliseconds: no store
     * changes a thousand times a second for all its life, so a second restore of one snapshot gives
     * none again that the first has given, also if that one's store can't be read any more.
     */
    static Contents.Summary restore(Path file, StoreOpener.Opened to, Clock clock)
            throws IOException {
        // Once through to its end, before anything is touched.
        Contents.Summary snapshot = Snapshot.read(file, (key, value) -> {});
        long floor = Math.max(snapshot.revision() + GAP, clock.millis());
        to.beginLoad(Math.max(floor, revision(to.store())));
        Loader loader = new Loader(to.store());
        Snapshot.read(file, loader::put);
        return finish(loader, to, snapshot);
    }

    /** Brings all that one store holds into another. Nobody may write to either. */
    static Contents.Summary migrate(Store from, StoreOpener.Opened to) throws IOException {
        to.beginLoad(Math.max(revision(from), revision(to.store())));
        Loader loader = new Loader(to.store());
        return finish(loader, to, Contents.read(from, loader::put));
    }

    private static Contents.Summary finish(
            Loader loader, StoreOpener.Opened to, Contents.Summary expected) throws IOException {
        loader.flush();
        Contents.Summary found = Contents.read(to.store(), (key, value) -> {});
        if (!found.same(expected)) {
            throw new IOException("brought " + expected + ", but there are " + found);
        }
        if (found.revision() <= expected.revision()) {
            throw new IOException(
                    "the revision went from " + expected.revision() + " to " + found.revision());
        }
        to.finishLoad();
        return found;
    }

    static long revision(Store store) {
        return store.range(RangeRequest.key("-")).toCompletableFuture().join().revision();
    }

    static long count(Store store) throws IOException {
        AtomicLong count = new AtomicLong();
        Contents.read(store, (key, value) -> count.incrementAndGet());
        return count.get();
    }
}
