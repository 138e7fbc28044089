package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Records events about objects. Never blocks and never fails: events are advice. The same event
 * again raises a count; floods are dropped by rate.
 */
@ProviderType
public interface EventRecorder {

    void normal(HasMetadata about, String reason, String message);

    void warning(HasMetadata about, String reason, String message);

    /**
     * The same recorder for events that concern one part of their object, said as a field path such
     * as {@code spec.containers{web}}.
     */
    EventRecorder at(String fieldPath);
}
