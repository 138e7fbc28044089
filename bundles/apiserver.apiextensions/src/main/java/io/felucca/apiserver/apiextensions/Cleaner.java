package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.apiextensions.Conditions.Condition;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes all objects of a definition that is to go, and then takes the finalizer that kept it. For
 * the worker's thread.
 */
final class Cleaner {
    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);
    static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
    private static final String TERMINATING = "Terminating";
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 2_000;

    private final Worker worker;
    private final StatusWriter statuses;
    private final Clock clock;

    /** Definitions being emptied, by uid: each in one round at a time. */
    private final Set<String> working = new HashSet<>();

    Cleaner(Worker worker, StatusWriter statuses, Clock clock) {
        this.worker = worker;
        this.statuses = statuses;
        this.clock = clock;
    }

    static boolean isToClean(ObjectNode crd) {
        if (!crd.path("metadata").hasNonNull("deletionTimestamp")) {
            return false;
        }
        for (JsonNode finalizer : crd.path("metadata").path("finalizers")) {
            if (finalizer.asText().equals(FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    /**
     * @param resources the definition's, as they are served; none if it never was
     */
    void clean(ApiServer server, StoredObject definition, List<ResourceDefinition> resources) {
        if (working.add(definition.uid())) {
            round(server, definition, resources, FIRST_WAIT_MILLIS);
        }
    }

    private void round(
            ApiServer server,
            StoredObject definition,
            List<ResourceDefinition> resources,
            long waitMillis) {
        if (resources.isEmpty()) {
            finish(server, definition, "NeverEstablished", "resource was never established");
            return;
        }
        String left = "";
        try {
            deleteAll(server, resources.get(0));
            int count = list(server, resources.get(0)).size();
            left = count == 0 ? "" : count + " objects are still there";
        } catch (ApiException e) {
            LOG.warn("The objects of {} can't be deleted yet", definition.name(), e);
            left = e.getMessage();
        }
        if (left.isEmpty()) {
            finish(server, definition, "InstanceDeletionCompleted", "removed all instances");
            return;
        }
        mark(server, definition);
        long next = Math.min(waitMillis * 2, LONGEST_WAIT_MILLIS);
        worker.runIn(waitMillis, () -> round(server, definition, resources, next));
    }

    private static List<StoredObject> list(ApiServer server, ResourceDefinition resource) {
        return server.list(
                        ApiRequest.of(Follower.SERVER, "list", resource.resource(), "", ""),
                        ListOptions.ALL)
                .items();
    }

    private static void deleteAll(ApiServer server, ResourceDefinition resource) {
        for (StoredObject one : list(server, resource)) {
            if (Json.parseObject(one.json()).path("metadata").hasNonNull("deletionTimestamp")) {
                continue;
            }
            ApiRequest request =
                    ApiRequest.of(
                            Follower.SERVER,
                            "delete",
                            resource.resource(),
                            one.namespace(),
                            one.name());
            var unused =
                    server.delete(
                                    request,
                                    new DeleteOptions(OptionalLong.empty(), one.uid(), null, null))
                            .exceptionally(failure -> ignoreGone(one, failure))
                            .toCompletableFuture()
                            .join();
        }
    }

    /** The list that follows tells what is left, so a failure is only worth a line. */
    private static ApiServer.DeleteResult ignoreGone(StoredObject object, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        boolean gone = cause instanceof ApiException api && api.reason() == StatusReason.NotFound;
        if (!gone) {
            LOG.warn("{}/{} can't be deleted yet", object.namespace(), object.name(), cause);
        }
        return new ApiServer.DeleteResult(object, gone);
    }

    private void mark(ApiServer server, StoredObject definition) {
        Condition progress =
                new Condition(
                        TERMINATING,
                        true,
                        "InstanceDeletionInProgress",
                        "CustomResource deletion is in progress");
        if (Conditions.has(Json.parseObject(definition.json()), progress)) {
            return;
        }
        var unused =
                statuses.change(
                        server,
                        definition,
                        crd -> {
                            Conditions.set(crd, progress, clock);
                            return crd;
                        },
                        () -> mark(server, definition));
    }

    private void finish(ApiServer server, StoredObject definition, String reason, String message) {
        var unused =
                statuses.change(
                                server,
                                definition,
                                crd -> {
                                    Conditions.set(
                                            crd,
                                            new Condition(TERMINATING, false, reason, message),
                                            clock);
                                    removeFinalizer(crd);
                                    return crd;
                                },
                                () -> finish(server, definition, reason, message))
                        .whenComplete(
                                (done, failure) ->
                                        worker.run(() -> working.remove(definition.uid())));
    }

    private static void removeFinalizer(ObjectNode crd) {
        ArrayNode kept = Json.mapper().createArrayNode();
        for (JsonNode finalizer : crd.path("metadata").path("finalizers")) {
            if (!finalizer.asText().equals(FINALIZER)) {
                kept.add(finalizer);
            }
        }
        ObjectNode metadata = (ObjectNode) crd.path("metadata");
        if (kept.isEmpty()) {
            metadata.remove("finalizers");
        } else {
            metadata.set("finalizers", kept);
        }
    }
}
