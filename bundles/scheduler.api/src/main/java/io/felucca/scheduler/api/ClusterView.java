package io.felucca.scheduler.api;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The nodes as the scheduler sees them, with the pods it has put there itself. */
@ProviderType
public interface ClusterView {
    List<NodeInfo> nodes();

    Optional<NodeInfo> node(String name);

    /** Grows with each change of a node or of the pods on it. */
    long generation();

    /**
     * Those that have changed since then, some perhaps more than once, also such as are no nodes
     * any more; to be read at once. Empty if that is too long ago: then anything may have changed.
     */
    Optional<List<NodeInfo>> changedSince(long generation);

    /** Those nodes that have pods with {@linkplain NodeInfo#podsWithAffinity affinity}. */
    Collection<NodeInfo> nodesWithPodAffinity();

    /** On how many nodes an image is, by its full name. */
    int nodesWithImage(String image);
}
