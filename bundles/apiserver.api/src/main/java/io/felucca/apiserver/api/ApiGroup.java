package io.felucca.apiserver.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An API group, as an OSGi service. The server knows no resource but those of these services.
 *
 * <p>When the service goes, its resources stay in discovery and their caches and watches stay;
 * calls that need its strategies wait a moment for the next version of the bundle.
 */
@ConsumerType
public interface ApiGroup {

    /** Such as {@code apps}; the core group is the empty string. */
    String name();

    /** The preferred version first. */
    List<String> versions();

    /** All resources of all versions. */
    List<ResourceDefinition> resources();
}
