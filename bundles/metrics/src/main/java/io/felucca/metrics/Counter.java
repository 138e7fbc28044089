package io.felucca.metrics;

import java.util.concurrent.atomic.LongAdder;
import org.osgi.annotation.versioning.ProviderType;

/** What only grows. Thread-safe, without locks. */
@ProviderType
public final class Counter implements Series {
    private final LongAdder count = new LongAdder();

    Counter() {}

    public void increment() {
        count.increment();
    }

    /**
     * @param more not negative
     */
    public void add(long more) {
        count.add(more);
    }

    public long count() {
        return count.sum();
    }

    @Override
    public void write(Lines lines) {
        lines.value("", count.sum());
    }
}
