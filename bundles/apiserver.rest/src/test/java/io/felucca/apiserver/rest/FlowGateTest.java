package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.FlowControl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlowGateTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final Rest rest = new Rest();
    private final Fake flows = new Fake();

    /** Lets everybody in as it is told. */
    private static final class Fake implements FlowControl {
        final List<Asked> asked = new CopyOnWriteArrayList<>();
        final List<FlowControl.Waiting> waiting = new CopyOnWriteArrayList<>();
        final AtomicInteger done = new AtomicInteger();
        volatile State next = State.SERVED;

        @Override
        public Ticket enter(Asked request, FlowControl.Waiting caller) {
            asked.add(request);
            waiting.add(caller);
            return ticket(next);
        }

        Ticket ticket(State state) {
            return new Ticket() {
                @Override
                public State state() {
                    return state;
                }

                @Override
                public String flowSchemaUid() {
                    return "schema";
                }

                @Override
                public String priorityLevelUid() {
                    return "level";
                }

                @Override
                public void done() {
                    done.incrementAndGet();
                }
            };
        }
    }

    FlowGateTest() {
        rest.handler.bindFlowControl(flows);
        rest.server.put("default", "a", 5);
        rest.server.put("default", "b", 6);
    }

    @AfterEach
    void close() {
        rest.close();
    }

    @Test
    void whoIsServedLearnsWhereHeBelongsAndGivesHisPlaceBack() {
        FakeExchange answer = rest.get(PODS + "/a");
        assertEquals(200, answer.status());
        assertEquals("schema", answer.responseHeader("X-Kubernetes-PF-FlowSchema-UID"));
        assertEquals("level", answer.responseHeader("X-Kubernetes-PF-PriorityLevel-UID"));
        Waiting.until(() -> flows.done.get() == 1);
        FlowControl.Asked asked = flows.asked.get(0);
        assertEquals("get", asked.verb());
        assertEquals("pods", asked.resource());
        assertEquals("default", asked.namespace());
        assertTrue(asked.isForResource());
    }

    @Test
    void whoIsRefusedShallComeAgainInASecond() {
        flows.next = FlowControl.State.REFUSED;
        FakeExchange answer = rest.get("/version");
        assertEquals(429, answer.status());
        assertEquals("1", answer.responseHeader("Retry-After"));
        assertEquals("TooManyRequests", answer.json().path("reason").asText());
        assertEquals("schema", answer.responseHeader("X-Kubernetes-PF-FlowSchema-UID"));
        assertFalse(flows.asked.get(0).isForResource());
        assertEquals("/version", flows.asked.get(0).path());
    }

    @Test
    void whoWaitsIsAnsweredWhenHisTurnComes() {
        flows.next = FlowControl.State.WAITING;
        FakeExchange served = new FakeExchange("GET", PODS + "/a");
        FakeExchange refused = new FakeExchange("GET", PODS + "/a");
        rest.handler.handle(served);
        rest.handler.handle(refused);
        assertEquals(0, served.status());
        flows.waiting.get(0).served(flows.ticket(FlowControl.State.WAITING));
        flows.waiting.get(1).refused(flows.ticket(FlowControl.State.WAITING));
        assertEquals(200, served.await().status());
        assertEquals(429, refused.await().status());
    }

    @Test
    void aWatchHasItsPlaceOnlyUntilItIsOpen() {
        FakeExchange watch = new FakeExchange("GET", PODS + "?watch=true");
        rest.handler.handle(watch);
        watch.await();
        assertEquals("watch", flows.asked.get(0).verb());
        Waiting.until(() -> flows.done.get() == 1);
        assertTrue(watch.isOpen());
    }

    @Test
    void connectionsToPodsPassFreely() {
        FakeExchange log = new FakeExchange("GET", PODS + "/a/log");
        rest.handler.handle(log);
        log.await();
        assertEquals(List.of(), flows.asked);
    }

    @Test
    void longListsAreWide() {
        for (int i = 0; i < 250; i++) {
            rest.server.put("default", "pod-" + i, 10 + i);
        }
        rest.get("/api/v1/pods");
        rest.get("/api/v1/pods");
        rest.get("/api/v1/pods?limit=120");
        rest.get(PODS + "/a");
        assertEquals(
                List.of(1, 3, 2, 1), flows.asked.stream().map(FlowControl.Asked::width).toList());
    }

    @Test
    void whoWaitsAndWhoIsRefusedIsCounted() {
        flows.next = FlowControl.State.WAITING;
        FakeExchange waits = new FakeExchange("GET", PODS + "/a");
        rest.handler.handle(waits);
        flows.next = FlowControl.State.REFUSED;
        assertEquals(429, rest.send(new FakeExchange("DELETE", PODS + "/a")).status());
        flows.next = FlowControl.State.SERVED;
        String queue = "apiserver_current_inqueue_requests";
        assertEquals(Optional.of(1.0), rest.metrics().value(queue, "request_kind", "readOnly"));
        assertEquals(Optional.of(0.0), rest.metrics().value(queue, "request_kind", "mutating"));
        assertEquals(1.0, rest.metrics().sum("apiserver_request_terminations_total", "code=429"));
        flows.waiting.get(0).served(flows.ticket(FlowControl.State.WAITING));
        waits.await();
        assertEquals(Optional.of(0.0), rest.metrics().value(queue, "request_kind", "readOnly"));
    }
}
