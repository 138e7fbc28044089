package io.felucca.apiserver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks for a scheduler, which would keep what they throw to itself and end a repetition. */
final class Guarded {
    private static final Logger LOG = LoggerFactory.getLogger(Guarded.class);

    private Guarded() {}

    static Runnable task(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("{} failed", what, e);
            }
        };
    }
}
