package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.http.api.ResponseStream;
import io.felucca.metrics.MetricSet;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** All open watches, with the threads that serve them and the clock that ends them. Thread-safe. */
final class WatchStreams implements AutoCloseable {
    private static final int THREADS = 4;

    /** Each stream is queued once at most, so this is also how many there may be. */
    static final int MAX_STREAMS = 50_000;

    /** Half an hour, and up to twice that, so that not all clients come again at once. */
    private static final long MIN_DURATION_MILLIS = TimeUnit.MINUTES.toMillis(30);

    /** Well below the five minutes after which history is compacted. */
    private static final long CHECKPOINT_SECONDS = 60;

    private final MetricSet metrics;
    private final Clock clock;
    private final RandomGenerator random;
    private final WorkerPool pool = new WorkerPool("rest-watch", THREADS, MAX_STREAMS);
    private final Set<WatchStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> refresh;

    /**
     * @param timer somebody else's, who also ends it
     */
    WatchStreams(
            Clock clock,
            ScheduledExecutorService timer,
            RandomGenerator random,
            MetricSet metrics) {
        this.metrics = metrics;
        this.clock = clock;
        this.timer = timer;
        this.random = random;
        refresh =
                timer.scheduleWithFixedDelay(
                        () -> open.forEach(WatchStream::wake),
                        CHECKPOINT_SECONDS,
                        CHECKPOINT_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** Where the call's stream was left by a former bundle, or a new beginning. */
    WatchPlace place(Call call, ListOptions options) {
        if (call.exchange().resume().orElse(null) instanceof String checkpoint) {
            return WatchPlace.resume(checkpoint);
        }
        long millis =
                options.timeoutSeconds() > 0
                        ? TimeUnit.SECONDS.toMillis(options.timeoutSeconds())
                        : random.nextLong(MIN_DURATION_MILLIS, 2 * MIN_DURATION_MILLIS);
        return WatchPlace.begin(clock.millis() + millis);
    }

    void run(
            Call call,
            ResponseStream stream,
            WatchCursor cursor,
            WatchStream.Opener opener,
            Shaper shaper,
            WatchPlace place) {
        Ending ending = new Ending(call);
        WatchStream watch =
                new WatchStream(
                        call,
                        stream,
                        cursor,
                        opener,
                        shaper,
                        place,
                        new WatchSeries(metrics, shaper.kind()),
                        pool::submit,
                        ending);
        ending.watch = watch;
        open.add(watch);
        ending.cancelsAtEnd(
                timer.schedule(
                        watch::expire,
                        Math.max(0, place.endMillis() - clock.millis()),
                        TimeUnit.MILLISECONDS));
        stream.checkpoint(place.checkpoint(place.revision()));
        call.exchange().onClose(watch::wake);
        watch.wake();
    }

    @Override
    public void close() {
        refresh.cancel(false);
        open.forEach(WatchStream::wake);
        pool.close();
    }

    /** Takes back all that a watch holds here. */
    private final class Ending implements Runnable {
        private final Call call;
        private WatchStream watch;
        private ScheduledFuture<?> timeout;
        private boolean ended;

        Ending(Call call) {
            this.call = call;
        }

        /** The time may be up before anybody knows of the timeout. */
        synchronized void cancelsAtEnd(ScheduledFuture<?> future) {
            timeout = future;
            if (ended) {
                future.cancel(false);
            }
        }

        @Override
        public synchronized void run() {
            ended = true;
            open.remove(watch);
            if (timeout != null) {
                timeout.cancel(false);
            }
            call.inFlight().done();
        }
    }
}
