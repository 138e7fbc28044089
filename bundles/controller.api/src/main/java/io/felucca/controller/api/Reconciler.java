package io.felucca.controller.api;

import io.felucca.client.api.Key;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A controller, as an OSGi service with the property {@value #NAME}.
 *
 * <p>Level-triggered: it is told that something about a key changed, never what. Read, decide,
 * write what differs, update the status. The manager calls it for one key at a time (for different
 * keys on several threads), holds the controller's leadership, waits until the informers of its
 * {@link #sources} have seen what it last wrote for the key, and drains calls under way when the
 * service goes.
 */
@ConsumerType
public interface Reconciler {

    /**
     * The service property with upstream's controller name, such as {@code deployment-controller}.
     */
    String NAME = "controller.name";

    /** The service property for how many keys are worked on at once; 5 unless set. */
    String WORKERS = "controller.workers";

    /** What it watches. */
    List<Source<?>> sources();

    /**
     * Called before anything else by the manager that will run it, with a way to bring up keys of
     * sources that {@link #sources} can't name, such as informers of resources that are learned of
     * as it runs. May be called again, by another manager: then all keys are to be brought up anew,
     * and the queue from before is dead.
     *
     * @param queue never blocks; callable from any thread
     */
    default void started(Consumer<Key> queue) {
        // Most have no such sources.
    }

    /**
     * Brings the world closer to what the key's object asks for.
     *
     * @throws io.felucca.machinery.ApiException or anything else: back off and try again
     * @throws TerminalException don't try again before something changes
     */
    Result reconcile(Key key);
}
