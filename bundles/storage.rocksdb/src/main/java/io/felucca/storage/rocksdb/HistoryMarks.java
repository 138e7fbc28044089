package io.felucca.storage.rocksdb;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * Remembers which revision was the newest when, a tenth of the history's length apart, to say from
 * where on history is to be kept. Belongs to one thread.
 */
final class HistoryMarks {
    private record Mark(long timeMillis, long revision) {}

    private final long historyMillis;
    private final Deque<Mark> marks = new ArrayDeque<>();

    HistoryMarks(Duration history) {
        this.historyMillis = history.toMillis();
    }

    /** Gives the revision that history may now begin at, if that has moved. */
    OptionalLong tick(long nowMillis, long newest) {
        Mark last = marks.peekLast();
        if (last == null || nowMillis - last.timeMillis >= historyMillis / 10) {
            marks.addLast(new Mark(nowMillis, newest));
        }
        OptionalLong due = OptionalLong.empty();
        while (!marks.isEmpty() && nowMillis - marks.peekFirst().timeMillis >= historyMillis) {
            due = OptionalLong.of(marks.removeFirst().revision);
        }
        return due;
    }
}
