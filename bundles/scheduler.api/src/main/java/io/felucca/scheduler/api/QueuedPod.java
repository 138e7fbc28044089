package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ProviderType;

/** A pod in the queue. */
@ProviderType
public interface QueuedPod {
    PodInfo pod();

    /** When it became ready to be tried, in milliseconds since the epoch. */
    long sinceMillis();

    /** How often it was tried before. */
    int attempts();
}
