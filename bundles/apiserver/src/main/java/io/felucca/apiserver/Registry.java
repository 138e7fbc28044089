package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.GroupVersionResource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The server as its front ends see it: authorizes, decodes, and hands to the operation. */
final class Registry implements ApiServer {
    private final Core core;
    private final CreateOperation creates;
    private final Updates updates;
    private final ReplaceOperation replaces;
    private final PatchOperation patches;
    private final DeleteOperation deletes;
    private final CollectionDelete collectionDeletes;
    private final Reads reads;
    private final Actions actions;
    private final NotActedOn notActedOn;
    private final Flights flights = new Flights();

    Registry(Core core) {
        this.core = core;
        creates = new CreateOperation(core);
        updates = new Updates(core);
        replaces = new ReplaceOperation(core, updates, creates);
        patches = new PatchOperation(updates, new ApplyOperation(core, updates, creates));
        deletes = new DeleteOperation(core);
        collectionDeletes = new CollectionDelete(core, deletes);
        reads = new Reads(core);
        actions = new Actions(core, this);
        notActedOn = new NotActedOn(core, this);
    }

    /** Waits until the writes now under way have ended; gives up after a while. */
    void awaitWrites(long timeoutNanos) {
        flights.awaitEarlier(timeoutNanos);
    }

    @Override
    public Resources resources() {
        return core.groups().resources();
    }

    @Override
    public void authorize(ApiRequest request) {
        core.authorization().check(request);
    }

    @Override
    public void authorize(ApiRequest request, ListOptions options) {
        core.authorization().check(request, options);
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        core.authorization().checkPath(user, verb, path);
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
        return create(request, decoder(request, body));
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, byte[] json) {
        return create(request, decoder(request, json));
    }

    private static Rules.Decoder decoder(ApiRequest request, ObjectNode body) {
        return (kind, schema, others) -> Rules.decode(request, kind, schema, others, body);
    }

    private static Rules.Decoder decoder(ApiRequest request, byte[] json) {
        return (kind, schema, others) -> Rules.decode(request, kind, schema, others, json);
    }

    private CompletionStage<StoredObject> create(ApiRequest request, Rules.Decoder decoder) {
        Target target = core.write(request, Verb.CREATE);
        core.authorization().check(request);
        ObjectNode body = decoder.decode(target.definition().kind(), target.definition().schema());
        return target.definition().isVirtual()
                ? actions.virtual(request, target.definition(), body)
                        .thenApply(answer -> Answer.of(request.namespace(), answer))
                : written(target, () -> creates.run(target, body));
    }

    private CompletionStage<StoredObject> written(
            Target target, Supplier<CompletionStage<StoredObject>> write) {
        return notActedOn.after(target, flights.count(() -> core.fresh(write)));
    }

    /** Creates as the server itself, for what must be there from the start. */
    CompletionStage<StoredObject> createUnauthorized(ApiRequest request, ObjectNode body) {
        Target target = core.write(request, Verb.CREATE);
        return creates.run(
                target,
                decoder(request, body)
                        .decode(target.definition().kind(), target.definition().schema()));
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body) {
        return actions.run(request, decoder(request, body));
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, byte[] json) {
        return actions.run(request, decoder(request, json));
    }

    @Override
    public void admitConnection(ApiRequest request, ObjectNode options) {
        AdmissionPlugin.Request admitted = core.requests().connect(request, options);
        core.admission().mutate(admitted);
        core.admission().validate(admitted);
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        return update(request, decoder(request, body));
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, byte[] json) {
        return update(request, decoder(request, json));
    }

    private CompletionStage<StoredObject> update(ApiRequest request, Rules.Decoder decoder) {
        Target target = core.write(request, Verb.UPDATE);
        Subresource view = Core.view(target);
        core.authorization().check(request);
        ObjectNode body =
                view == null
                        ? decoder.decode(target.definition().kind(), target.definition().schema())
                        : decoder.decode(view.kind(), view.schema());
        return written(target, () -> replaces.run(target, view, body))
                .thenApply(object -> Answer.of(target, view, object));
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch patch) {
        Target target = core.write(request, Verb.PATCH);
        Subresource view = Core.view(target);
        core.authorization().check(request);
        return written(target, () -> patches.run(target, view, patch))
                .thenApply(object -> Answer.of(target, view, object));
    }

    @Override
    public CompletionStage<StoredObject> modify(
            GroupVersionResource resource,
            String namespace,
            String name,
            UnaryOperator<ObjectNode> change) {
        ApiRequest request = ApiRequest.of(Bootstrap.SERVER, "update", resource, namespace, name);
        Target target = core.write(request, Verb.UPDATE);
        return core.fresh(
                () ->
                        updates.run(
                                target,
                                Updates.Mode.PRIVILEGED,
                                (old, current) -> change.apply(old.deepCopy())));
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        Target target = core.write(request, Verb.DELETE);
        core.authorization().check(request);
        return flights.count(() -> core.fresh(() -> deletes.run(target, options)));
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        Target target = core.write(request, Verb.DELETECOLLECTION);
        core.authorization().check(request, list);
        return flights.count(
                () ->
                        core.fresh(
                                () ->
                                        collectionDeletes.run(
                                                target, reads.list(target, list), options)));
    }

    @Override
    public CompletionStage<Void> caughtUp() {
        return core.freshness().now();
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        Target target = core.read(request, Verb.GET);
        core.authorization().check(request);
        Subresource view = Core.view(target);
        return Answer.of(target, view, reads.get(target, resourceVersion.orElse("")));
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        Target target = core.read(request, Verb.LIST);
        core.authorization().check(request, options);
        return reads.list(target, options);
    }

    @Override
    public WatchCursor watch(ApiRequest request, ListOptions options) {
        Target target = core.read(request, Verb.WATCH);
        core.authorization().check(request, options);
        return reads.watch(target, options);
    }
}
