package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The API server below any transport: every call is authorized, admitted, validated and audited
 * here, whether it came by HTTP or from a controller in this process.
 *
 * <p>Calls do their work on the caller's thread and return a stage only for the time that the store
 * takes. A stage fails with an {@link io.felucca.machinery.ApiException}, as do the calls. Stages
 * complete on a thread of the store's: dependants must not block. Thread-safe.
 */
@ProviderType
public interface ApiServer {

    /** The resources now served; for discovery. */
    Resources resources();

    /** Throws 403 unless the user may. For front ends that serve a subresource on their own. */
    void authorize(ApiRequest request);

    /** The same for a list or watch: who may not read all may still read what selectors pick. */
    default void authorize(ApiRequest request, ListOptions options) {
        authorize(request);
    }

    /** The same for a path that is no resource's. */
    void authorizeNonResource(UserInfo user, String verb, String path);

    /**
     * @param body the object, decoded but not yet checked against the schema; this call owns it
     */
    CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body);

    /**
     * Creates from a JSON body as it came: checked against the schema in the one pass that parses
     * it, so that duplicate fields are found too. The way for front ends; also for virtual
     * resources (reviews), whose answer has revision 0.
     */
    default CompletionStage<StoredObject> create(ApiRequest request, byte[] json) {
        return create(request, Json.parseObject(json));
    }

    /** Replaces from a JSON body as it came; see {@link #create(ApiRequest, byte[])}. */
    default CompletionStage<StoredObject> update(ApiRequest request, byte[] json) {
        return update(request, Json.parseObject(json));
    }

    /** An action subresource: binding, eviction, token. */
    CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body);

    /** The same from a JSON body as it came; see {@link #create(ApiRequest, byte[])}. */
    default CompletionStage<ObjectNode> act(ApiRequest request, byte[] json) {
        return act(request, Json.parseObject(json));
    }

    /**
     * Admission of a connection to what runs on a node: exec, attach, port-forward, proxy. Throws
     * an ApiException to refuse; may wait for a webhook. The request is authorized already.
     *
     * @param options what is asked of it, such as a PodExecOptions, with apiVersion and kind
     */
    default void admitConnection(ApiRequest request, ObjectNode options) {}

    /** Replaces the object, or the part that {@code request.subresource()} names. */
    CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body);

    CompletionStage<StoredObject> patch(ApiRequest request, Patch patch);

    /**
     * Changes a stored object as the server itself, for what a subresource's action does to its
     * object (a binding sets a pod's node): no authorization, admission, strategy or validation.
     * Runs {@code change} again on the newest object when somebody else was faster.
     *
     * @param change gets the served form to change in place and return; may throw an ApiException
     */
    default CompletionStage<StoredObject> modify(
            GroupVersionResource resource,
            String namespace,
            String name,
            UnaryOperator<ObjectNode> change) {
        throw new UnsupportedOperationException("this server modifies nothing");
    }

    /** The object as it was when it went, or as it is now that its deletion has begun. */
    CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options);

    /** Deletes what a list with these options gives; each object by itself. */
    CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options);

    /**
     * Done once get, list and watch show all that anybody was told of before this call; to be
     * waited for before each of them, unless any version will do (resourceVersion "0"). Done at
     * once while no other process writes to the store. Fails as UNAVAILABLE if the store can't be
     * asked.
     */
    default CompletionStage<Void> caughtUp() {
        return CompletableFuture.completedStage(null);
    }

    /** Linearizable after {@link #caughtUp}. Throws NotFound. */
    StoredObject get(ApiRequest request, Optional<String> resourceVersion);

    ObjectList list(ApiRequest request, ListOptions options);

    /** Opens a watch; initial events are the first that its cursor gives. */
    WatchCursor watch(ApiRequest request, ListOptions options);

    /**
     * @param object at its last revision
     * @param gone whether it is deleted, not only about to be
     */
    record DeleteResult(StoredObject object, boolean gone) {}

    /**
     * A patch document.
     *
     * @param body JSON, or YAML for APPLY
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Patch(Type type, byte[] body) {
        /** The four patch types with their media types. */
        public enum Type {
            JSON("application/json-patch+json"),
            MERGE("application/merge-patch+json"),
            STRATEGIC("application/strategic-merge-patch+json"),
            APPLY("application/apply-patch+yaml");

            private final String mediaType;

            Type(String mediaType) {
                this.mediaType = mediaType;
            }

            public String mediaType() {
                return mediaType;
            }
        }
    }

    /**
     * @param gracePeriodSeconds empty: the object's own
     * @param preconditionUid or null
     * @param preconditionResourceVersion or null
     * @param propagation {@code Orphan}, {@code Background}, {@code Foreground} or null
     */
    record DeleteOptions(
            java.util.OptionalLong gracePeriodSeconds,
            String preconditionUid,
            String preconditionResourceVersion,
            String propagation) {
        public static final DeleteOptions DEFAULT =
                new DeleteOptions(java.util.OptionalLong.empty(), null, null, null);
    }

    /**
     * @param resourceVersionMatch {@code Exact}, {@code NotOlderThan} or empty
     * @param limit 0 for all
     * @param timeoutSeconds of a watch; 0: the server chooses
     */
    record ListOptions(
            String labelSelector,
            String fieldSelector,
            String resourceVersion,
            String resourceVersionMatch,
            int limit,
            String continueToken,
            boolean allowWatchBookmarks,
            boolean sendInitialEvents,
            int timeoutSeconds) {
        public static final ListOptions ALL =
                new ListOptions("", "", "", "", 0, "", false, false, 0);
    }

    /**
     * A consistent piece of a list.
     *
     * @param continueToken empty at the end
     * @param remaining how many follow, or -1 where selectors make it unknown
     */
    record ObjectList(
            long resourceVersion, List<StoredObject> items, String continueToken, long remaining) {
        public ObjectList {
            items = List.copyOf(items);
        }
    }
}
