package io.felucca.apiserver.api;

import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Shares the server's time among those who ask, as an OSGi service; the one with the highest
 * ranking does. Without one everybody is served at once. Thread-safe. Source: KEP-1040.
 */
@ConsumerType
public interface FlowControl {

    /** What became of a request. */
    enum State {
        SERVED,
        WAITING,
        REFUSED
    }

    /**
     * A request comes. Never blocks.
     *
     * @param waiting is called once if the request has to wait
     */
    Ticket enter(Asked asked, Waiting waiting);

    /**
     * A request before anything is done about it.
     *
     * @param group of the resource; of a path that is no resource's null
     * @param namespace or empty
     * @param path of a request that is for no resource
     * @param width how many others' places it takes: 1, more for long lists
     */
    record Asked(
            UserInfo user,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String path,
            int width) {
        public Asked {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(verb, "verb");
        }

        public boolean isForResource() {
            return group != null;
        }
    }

    /** Told on any thread, which must not be held up. */
    interface Waiting {
        /** Its turn has come. */
        void served(Ticket ticket);

        /** It has waited too long. */
        void refused(Ticket ticket);
    }

    /** One request's place. */
    interface Ticket {
        /** As it was when {@link #enter} gave it. */
        State state();

        /** UID of the FlowSchema that it belongs to; empty if that is not stored yet. */
        String flowSchemaUid();

        /** UID of the PriorityLevelConfiguration that it belongs to; empty likewise. */
        String priorityLevelUid();

        /** Gives the place back, or leaves the queue; once is enough, again does nothing. */
        void done();
    }
}
