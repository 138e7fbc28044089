package io.felucca.metrics;

import java.util.concurrent.atomic.AtomicLong;
import org.osgi.annotation.versioning.ProviderType;

/** What goes up and down. Thread-safe, without locks. */
@ProviderType
public final class Gauge implements Series {
    private final AtomicLong value = new AtomicLong();

    Gauge() {}

    public void set(long now) {
        value.set(now);
    }

    /**
     * @param more may be negative
     */
    public void add(long more) {
        long unused = value.addAndGet(more);
    }

    public long value() {
        return value.get();
    }

    @Override
    public void write(Lines lines) {
        lines.value("", value.get());
    }
}
