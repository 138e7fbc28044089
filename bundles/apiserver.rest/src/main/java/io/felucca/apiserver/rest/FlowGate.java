package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.FlowControl;
import io.felucca.apiserver.api.FlowControl.Asked;
import io.felucca.apiserver.api.FlowControl.Ticket;
import io.felucca.machinery.GroupVersionResource;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets calls in as priority and fairness says, if there is any. Connections to pods and nodes pass
 * freely, and a watch gives its place back once it is open: both take as long as they like.
 * Thread-safe; never blocks.
 */
final class FlowGate {
    private static final Set<String> LONG_RUNNING =
            Set.of("attach", "exec", "log", "portforward", "proxy");
    private static final int OBJECTS_PER_SEAT = 100;
    private static final int MOST_SEATS = 10;
    private static final int TOO_MANY_REQUESTS = 429;

    private final WorkerPool pool;

    /** How many objects the last whole list of a resource had; of served resources only. */
    private final Map<GroupVersionResource, Integer> sizes = new ConcurrentHashMap<>();

    private volatile FlowControl control;

    FlowGate(WorkerPool pool) {
        this.pool = pool;
    }

    void use(FlowControl now) {
        control = now;
    }

    /** What a list without selectors of a whole resource turned out to be. */
    void listed(GroupVersionResource resource, long objects) {
        Integer unused = sizes.put(resource, (int) Math.min(objects, Integer.MAX_VALUE));
    }

    /** Does the work, now or when the call's turn comes; or answers 429. */
    void pass(Call call, Runnable work) {
        FlowControl now = control;
        if (now == null || isConnection(call)) {
            work.run();
            return;
        }
        Ticket ticket = now.enter(asked(call), new Turn(call, work));
        switch (ticket.state()) {
            case SERVED -> {
                call.admittedBy(ticket);
                work.run();
            }
            case WAITING -> {
                call.inFlight().waits();
                call.exchange()
                        .onClose(
                                () -> {
                                    ticket.done();
                                    call.inFlight().waited();
                                });
            }
            case REFUSED -> refuse(call, ticket);
        }
    }

    private static boolean isConnection(Call call) {
        return LONG_RUNNING.contains(call.path().subresource());
    }

    /** Whether it takes as long as it likes: a connection to something, or a watch. */
    static boolean isLongRunning(Call call) {
        return isConnection(call)
                || call.exchange().header("upgrade").isPresent()
                || (call.path().isResource() && Router.verbOf(call).equals("watch"));
    }

    private Asked asked(Call call) {
        RequestPath path = call.path();
        if (!path.isResource()) {
            String verb = call.exchange().method().toLowerCase(Locale.ROOT);
            return new Asked(call.user(), verb, null, "", "", "", path.path(), 1);
        }
        String verb = Router.verbOf(call);
        return new Asked(
                call.user(),
                verb,
                path.group(),
                path.resource(),
                path.subresource(),
                path.namespace(),
                path.path(),
                verb.equals("list") ? width(call) : 1);
    }

    /** A list takes as many seats as its objects take time, by what is known of it. */
    private int width(Call call) {
        int objects = sizes.getOrDefault(call.path().groupVersionResource(), 0);
        String limit = call.query().text("limit");
        if (!limit.isEmpty() && limit.length() < 9 && limit.chars().allMatch(Character::isDigit)) {
            int most = Integer.parseInt(limit);
            objects = most == 0 ? objects : Math.min(objects, most);
        }
        int seats = (objects + OBJECTS_PER_SEAT - 1) / OBJECTS_PER_SEAT;
        return Math.max(1, Math.min(seats, MOST_SEATS));
    }

    private static void refuse(Call call, Ticket ticket) {
        call.admittedBy(ticket);
        call.inFlight().terminated(TOO_MANY_REQUESTS);
        call.fail(new RejectedExecutionException("priority and fairness"));
    }

    /** A call that waits. */
    private final class Turn implements FlowControl.Waiting {
        private final Call call;
        private final Runnable work;

        Turn(Call call, Runnable work) {
            this.call = call;
            this.work = work;
        }

        @Override
        public void served(Ticket ticket) {
            call.inFlight().waited();
            call.admittedBy(ticket);
            // Not here: this thread has just answered somebody else, and may be an event loop's.
            try {
                pool.submit(work);
            } catch (RejectedExecutionException e) {
                call.fail(e);
            }
        }

        @Override
        public void refused(Ticket ticket) {
            call.inFlight().waited();
            refuse(call, ticket);
        }
    }
}
