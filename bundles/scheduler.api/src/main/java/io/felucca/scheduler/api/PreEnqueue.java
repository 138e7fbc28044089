package io.felucca.scheduler.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Decides whether a pod may be tried at all; a rejected one costs no attempts. */
@ConsumerType
public interface PreEnqueue extends Plugin {
    Verdict preEnqueue(PodInfo pod);
}
