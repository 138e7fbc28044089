package io.felucca.apiserver.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** One line of {@code /readyz?verbose} and its kin, as an OSGi service. Must not block. */
@ConsumerType
public interface HealthCheck {

    /** The last element of {@code /readyz/<name>}, such as {@code store}. */
    String name();

    /** What is wrong; empty when all is well. */
    Optional<String> problem();

    /** Whether a failure means that the process should be restarted, so that it shows in livez. */
    default boolean liveness() {
        return false;
    }
}
