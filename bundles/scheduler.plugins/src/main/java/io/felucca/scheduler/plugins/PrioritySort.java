package io.felucca.scheduler.plugins;

import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.QueueSort;
import io.felucca.scheduler.api.QueuedPod;
import org.osgi.service.component.annotations.Component;

/** Higher priority first, then who has been waiting longer. */
@Component(service = Plugin.class, property = Plugin.NAME + "=PrioritySort")
public final class PrioritySort implements QueueSort {
    @Override
    public String name() {
        return "PrioritySort";
    }

    @Override
    public int compare(QueuedPod first, QueuedPod second) {
        int byPriority = Integer.compare(second.pod().priority(), first.pod().priority());
        return byPriority != 0
                ? byPriority
                : Long.compare(first.sinceMillis(), second.sinceMillis());
    }
}
