package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/** The order in which pods are tried. There is one queue, so the first profile's is used. */
@ConsumerType
public interface QueueSort extends Plugin {
    /** Negative if {@code first} goes first. */
    int compare(QueuedPod first, QueuedPod second);
}
