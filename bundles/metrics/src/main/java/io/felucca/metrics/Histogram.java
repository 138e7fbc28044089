package io.felucca.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How often values fell below each of some bounds. Values are whole numbers of a small unit, such
 * as nanoseconds, so that an observation is a few comparisons and two additions. Thread-safe,
 * without locks.
 */
@ProviderType
public final class Histogram implements Series {
    /** In the small unit, ascending. */
    private final long[] bounds;

    private final Buckets buckets;

    /** One more than bounds; each counts what is in it alone. */
    private final AtomicLongArray counts;

    private final LongAdder sum = new LongAdder();

    Histogram(Buckets buckets) {
        this.buckets = buckets;
        this.bounds = buckets.small();
        this.counts = new AtomicLongArray(bounds.length + 1);
    }

    /**
     * @param value in the small unit: nanoseconds of a duration, the number itself of a size
     */
    public void observe(long value) {
        int at = 0;
        while (at < bounds.length && value > bounds[at]) {
            at++;
        }
        long unused = counts.incrementAndGet(at);
        sum.add(value);
    }

    /** How many values there were. */
    public long count() {
        long all = 0;
        for (int i = 0; i < counts.length(); i++) {
            all += counts.get(i);
        }
        return all;
    }

    @Override
    public void write(Lines lines) {
        long count = 0;
        for (int i = 0; i < bounds.length; i++) {
            count += counts.get(i);
            lines.bucket(buckets.bound(i), count);
        }
        count += counts.get(bounds.length);
        lines.bucket(Double.POSITIVE_INFINITY, count);
        lines.value("_sum", sum.sum() / buckets.smallPerUnit());
        // The last bucket and the count are one number, whatever is observed meanwhile.
        lines.value("_count", count);
    }
}
