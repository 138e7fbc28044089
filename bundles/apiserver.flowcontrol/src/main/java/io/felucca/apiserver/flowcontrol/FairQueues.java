package io.felucca.apiserver.flowcontrol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Queues that are served in turn, by the time that their requests take. A flow may use a few of
 * them, picked by its number (shuffle sharding), and joins the shortest: so a flow that asks too
 * much fills its own queues, and another one very likely has one that is not among them.
 *
 * <p>Each queue has a virtual time, which grows by what its requests take of the seats; the queue
 * that is behind most goes next. One that was empty starts where the others are, so nobody saves up
 * for later. Not thread-safe.
 */
final class FairQueues {
    private final Queue[] queues;
    private final int handSize;
    private final int lengthLimit;

    /** Where the queue was that was served last. */
    private double now;

    private int waiting;

    /** One of the queues, and what of it is being served. */
    static final class Queue {
        private final Deque<Seat> seats = new ArrayDeque<>();
        private double time;
        private int waitingWidth;
        private int servedWidth;
    }

    /** A request that may wait. */
    interface Seat {
        /** Tells its flow from others. */
        long flow();

        /** How many seats it takes. */
        int width();
    }

    FairQueues(int queues, int handSize, int lengthLimit) {
        this.queues = new Queue[queues];
        for (int i = 0; i < queues; i++) {
            this.queues[i] = new Queue();
        }
        this.handSize = Math.min(handSize, queues);
        this.lengthLimit = lengthLimit;
    }

    int waiting() {
        return waiting;
    }

    /** The queue that it waits in now; null if that is full. */
    Queue join(Seat seat) {
        Queue best = null;
        for (int index : hand(seat.flow())) {
            Queue queue = queues[index];
            if (best == null || load(queue) < load(best)) {
                best = queue;
            }
        }
        if (best == null || best.seats.size() >= lengthLimit) {
            return null;
        }
        if (best.seats.isEmpty() && best.servedWidth == 0) {
            best.time = Math.max(best.time, now);
        }
        best.seats.add(seat);
        best.waitingWidth += seat.width();
        waiting++;
        return best;
    }

    private static int load(Queue queue) {
        return queue.waitingWidth + queue.servedWidth;
    }

    /** As many different queues as a hand has cards, dealt by the number. */
    int[] hand(long flow) {
        int[] hand = new int[handSize];
        long rest = flow & Long.MAX_VALUE;
        for (int i = 0; i < handSize; i++) {
            int left = queues.length - i;
            int card = (int) (rest % left);
            rest /= left;
            hand[i] = nthNotIn(hand, i, card);
        }
        return hand;
    }

    /** The card at this place among those that were not dealt yet. */
    private static int nthNotIn(int[] dealt, int count, int place) {
        int card = place;
        boolean moved = true;
        while (moved) {
            int before = 0;
            for (int i = 0; i < count; i++) {
                before += dealt[i] <= card ? 1 : 0;
            }
            moved = card != place + before;
            card = place + before;
        }
        return card;
    }

    /** Who is next; null if nobody waits. */
    Seat peek() {
        Queue next = next();
        return next == null ? null : next.seats.peek();
    }

    private Queue next() {
        Queue best = null;
        for (Queue queue : queues) {
            boolean isBehind = best == null || queue.time < best.time;
            if (!queue.seats.isEmpty() && isBehind) {
                best = queue;
            }
        }
        return best;
    }

    /**
     * Takes out who is next, for good; its time is what it is expected to take.
     *
     * @return the queue that it came from, for {@link #finished}
     */
    Queue serve(double expectedTime) {
        Queue queue = next();
        Seat seat = queue.seats.remove();
        waiting--;
        queue.waitingWidth -= seat.width();
        queue.servedWidth += seat.width();
        now = Math.max(now, queue.time);
        queue.time += expectedTime * seat.width();
        return queue;
    }

    /**
     * It took another time than was expected.
     *
     * @param difference what it took more
     */
    void finished(Queue queue, Seat seat, double difference) {
        queue.servedWidth -= seat.width();
        queue.time += difference * seat.width();
    }

    /** It does not want to wait any longer; false if it does not. */
    boolean leave(Queue queue, Seat seat) {
        boolean was = queue.seats.remove(seat);
        if (was) {
            waiting--;
            queue.waitingWidth -= seat.width();
        }
        return was;
    }

    /** Those of whom this holds wait no longer; in the order of their queues. */
    List<Seat> leave(Predicate<Seat> who) {
        List<Seat> gone = new ArrayList<>();
        for (Queue queue : queues) {
            for (Seat seat : List.copyOf(queue.seats)) {
                if (who.test(seat) && leave(queue, seat)) {
                    gone.add(seat);
                }
            }
        }
        return gone;
    }
}
