package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what was decided about a definition into its status. Thread-safe. */
final class StatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final long RETRY_MILLIS = 500;
    private static final GroupResource NAMED = Follower.DEFINITIONS.groupResource();

    private final Worker worker;
    private final Clock clock;

    StatusWriter(Worker worker, Clock clock) {
        this.worker = worker;
        this.clock = clock;
    }

    /** The names and the conditions about them. */
    void write(ApiServer server, StoredObject definition, Naming naming) {
        change(
                server,
                definition,
                crd -> {
                    ObjectNode status = Conditions.child(crd, "status");
                    status.set("acceptedNames", naming.names().deepCopy());
                    Conditions.set(crd, naming.accepted(), clock);
                    Conditions.set(crd, naming.established(), clock);
                    return crd;
                },
                () -> write(server, definition, naming));
    }

    /** Any change of the definition that was seen; of one that took its place, none. */
    CompletionStage<StoredObject> change(
            ApiServer server,
            StoredObject definition,
            UnaryOperator<ObjectNode> change,
            Runnable again) {
        String name = definition.name();
        UnaryOperator<ObjectNode> ifSame =
                crd -> {
                    if (!crd.path("metadata").path("uid").asText().equals(definition.uid())) {
                        throw ApiException.notFound(NAMED, name);
                    }
                    return change.apply(crd);
                };
        return server.modify(Follower.DEFINITIONS, "", name, ifSame)
                .whenComplete(
                        (done, failure) -> {
                            if (failure != null && !isGone(failure)) {
                                LOG.warn("The status of {} can't be written yet", name, failure);
                                worker.runIn(RETRY_MILLIS, again);
                            }
                        });
    }

    private static boolean isGone(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof ApiException api && api.reason() == StatusReason.NotFound;
    }
}
