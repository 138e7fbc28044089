package io.felucca.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FairQueuesTest {
    private record Request(long flow, int width) implements FairQueues.Seat {}

    /** One that is being served, in a simulation. */
    private record Running(double end, double took, FairQueues.Queue queue, FairQueues.Seat seat) {}

    @Test
    void aHandIsOfDifferentQueuesAndAlwaysTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            int queues = 1 + random.nextInt(200);
            int size = 1 + random.nextInt(Math.min(10, queues));
            FairQueues fair = new FairQueues(queues, size, 1);
            long flow = random.nextLong();
            int[] hand = fair.hand(flow);
            assertEquals(size, Arrays.stream(hand).distinct().count(), "seed " + seed);
            assertTrue(
                    Arrays.stream(hand).allMatch(one -> one >= 0 && one < queues), "seed " + seed);
            assertArrayEquals(hand, fair.hand(flow), "seed " + seed);
        }
    }

    @Test
    void flowsSeldomHaveTheSameHand() {
        FairQueues fair = new FairQueues(128, 6, 1);
        Random random = new Random(1);
        Set<Set<Integer>> hands = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Set<Integer> hand = new HashSet<>();
            Arrays.stream(fair.hand(random.nextLong())).forEach(hand::add);
            hands.add(hand);
        }
        assertTrue(hands.size() > 990, "only " + hands.size() + " different hands");
    }

    @Test
    void aFullQueueTakesNobodyAndTheShortestIsJoined() {
        FairQueues fair = new FairQueues(4, 4, 2);
        Set<FairQueues.Queue> joined = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            joined.add(fair.join(new Request(1, 1)));
        }
        assertEquals(4, joined.size(), "each joined an empty one");
        for (int i = 0; i < 4; i++) {
            assertNotNull(fair.join(new Request(1, 1)));
        }
        assertNull(fair.join(new Request(1, 1)));
        assertEquals(8, fair.waiting());
    }

    /**
     * Flows that always have somebody waiting get equal time, however many they have waiting, how
     * long their requests take and how wide they are.
     */
    @Test
    void flowsGetEqualTimeWhateverTheyAskFor() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        FairQueues fair = new FairQueues(3, 1, 1000);
        long[] flows = {0, 1, 2};
        int[] backlog = {1, 30, 300};
        double[] mean = {0.05, 0.01, 0.2};
        int[] width = {1, 3, 1};
        int seats = 6;
        Map<Long, Integer> waiting = new HashMap<>();
        Map<Long, Double> time = new HashMap<>();
        PriorityQueue<Running> running =
                new PriorityQueue<>((a, b) -> Double.compare(a.end(), b.end()));
        double now = 0;
        int used = 0;
        while (now < 2000) {
            for (int i = 0; i < flows.length; i++) {
                while (waiting.getOrDefault(flows[i], 0) < backlog[i] + 6) {
                    assertNotNull(fair.join(new Request(flows[i], width[i])));
                    waiting.merge(flows[i], 1, Integer::sum);
                }
            }
            FairQueues.Seat next = fair.peek();
            if (used + next.width() <= seats) {
                FairQueues.Queue queue = fair.serve(60);
                waiting.merge(next.flow(), -1, Integer::sum);
                used += next.width();
                double took = mean[(int) next.flow()] * (0.5 + random.nextDouble());
                running.add(new Running(now + took, took, queue, next));
            } else {
                Running done = running.remove();
                now = done.end();
                used -= done.seat().width();
                fair.finished(done.queue(), done.seat(), done.took() - 60);
                time.merge(done.seat().flow(), done.took() * done.seat().width(), Double::sum);
            }
        }
        double sum = time.values().stream().mapToDouble(one -> one).sum();
        for (long flow : flows) {
            double part = time.get(flow) / sum;
            assertTrue(
                    part > 0.30 && part < 0.37, "flow " + flow + " got " + part + ", seed " + seed);
        }
    }

    @Test
    void whoAsksSeldomIsNextThoughAnotherHasManyWaiting() {
        FairQueues fair = new FairQueues(2, 1, 1000);
        Request mouse = new Request(1, 1);
        for (int i = 0; i < 500; i++) {
            assertNotNull(fair.join(new Request(0, 1)));
        }
        for (int i = 0; i < 100; i++) {
            FairQueues.Seat seat = fair.peek();
            fair.finished(fair.serve(60), seat, -59);
        }
        assertNotNull(fair.join(mouse));
        FairQueues.Seat first = fair.peek();
        fair.finished(fair.serve(60), first, -59);
        FairQueues.Seat second = fair.peek();
        assertTrue(first == mouse || second == mouse);
    }

    @Test
    void whoLeavesIsNotServed() {
        FairQueues fair = new FairQueues(2, 1, 10);
        Request one = new Request(0, 1);
        FairQueues.Queue queue = fair.join(one);
        assertTrue(fair.leave(queue, one));
        assertNull(fair.peek());
        assertEquals(0, fair.waiting());
    }
}
