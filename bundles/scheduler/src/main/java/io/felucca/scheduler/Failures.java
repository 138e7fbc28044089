package io.felucca.scheduler;

import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.Verdict;

/** Texts of what went wrong, as users know them. */
final class Failures {
    static final String NO_NODES = "no nodes available to schedule pods";

    private Failures() {}

    static String running(String point, Plugin plugin, Verdict verdict) {
        return "running " + point + " plugin \"" + plugin.name() + "\": " + verdict.message();
    }
}
