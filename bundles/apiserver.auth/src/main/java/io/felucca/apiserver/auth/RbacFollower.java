package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.apiserver.api.WatchCursor.Event;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists and then watches one source of the policy. All of its work is done on the executor, one
 * thread; {@link #close} may come from any.
 */
final class RbacFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RbacFollower.class);
    private static final int BATCH = 200;
    private static final long FIRST_DELAY_MILLIS = 50;
    private static final long LONGEST_DELAY_MILLIS = 5_000;

    private final ApiServer server;
    private final RbacPolicy.Source source;
    private final GroupVersionResource resource;
    private final RbacPolicy policy;
    private final ScheduledExecutorService executor;
    private volatile boolean closed;
    private volatile WatchCursor cursor;
    private long delayMillis = FIRST_DELAY_MILLIS;

    RbacFollower(
            ApiServer server,
            RbacPolicy.Source source,
            RbacPolicy policy,
            ScheduledExecutorService executor) {
        this.server = server;
        this.source = source;
        this.resource =
                new GroupVersionResource("rbac.authorization.k8s.io", "v1", source.resource());
        this.policy = policy;
        this.executor = executor;
    }

    void start() {
        hand(this::list);
    }

    /** An object that cannot be read must not end the following for good. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("{} could not be read; they will be listed again", resource, e);
            retryLater();
        }
    }

    @Override
    public void close() {
        closed = true;
        WatchCursor open = cursor;
        if (open != null) {
            open.close();
        }
    }

    private void list() {
        if (closed) {
            return;
        }
        try {
            ObjectList list = server.list(request("list"), ListOptions.ALL);
            policy.replace(
                    source,
                    list.items().stream().map(one -> Json.parseObject(one.json())).toList());
            cursor = server.watch(request("watch"), from(list.resourceVersion()));
            delayMillis = FIRST_DELAY_MILLIS;
        } catch (ApiException e) {
            // The group may not be served yet; its bundle starts after this one.
            LOG.debug("{} cannot be read yet: {}", resource, e.getMessage());
            retryLater();
            return;
        }
        drain();
    }

    private void drain() {
        WatchCursor open = cursor;
        if (closed) {
            open.close();
            return;
        }
        List<Event> events = open.poll(BATCH);
        events.forEach(this::apply);
        if (open.ended()) {
            retryLater();
        } else if (events.size() == BATCH) {
            hand(this::drain);
        } else {
            open.onAvailable(() -> hand(this::drain));
        }
    }

    private void apply(Event event) {
        switch (event.type()) {
            case ADDED, MODIFIED -> policy.put(source, Json.parseObject(event.object().json()));
            case DELETED -> {
                StoredObject gone = event.object();
                policy.remove(source, gone.namespace(), gone.name());
            }
            case BOOKMARK, ERROR -> {
                // A bookmark changes nothing; after an error the cursor has ended.
            }
        }
    }

    private void retryLater() {
        WatchCursor open = cursor;
        if (open != null) {
            open.close();
        }
        long delay = delayMillis;
        delayMillis = Math.min(delay * 2, LONGEST_DELAY_MILLIS);
        try {
            var unused = executor.schedule(() -> guarded(this::list), delay, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The bundle is stopping.
            closed = true;
        }
    }

    private void hand(Runnable work) {
        try {
            executor.execute(() -> guarded(work));
        } catch (RejectedExecutionException e) {
            closed = true;
        }
    }

    private ApiRequest request(String verb) {
        return ApiRequest.of(ServerReader.SERVER, verb, resource, "", "");
    }

    private static ListOptions from(long resourceVersion) {
        return new ListOptions("", "", Long.toString(resourceVersion), "", 0, "", false, false, 0);
    }
}
