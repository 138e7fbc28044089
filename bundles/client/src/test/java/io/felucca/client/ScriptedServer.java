package io.felucca.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A server of which only the watch is there: it gives the cursors that the test puts in. */
final class ScriptedServer implements ApiServer {
    private final List<ScriptedCursor> cursors = new ArrayList<>();
    private final List<ListOptions> opened = new ArrayList<>();

    synchronized ScriptedServer then(ScriptedCursor cursor) {
        cursors.add(cursor);
        return this;
    }

    /** With what each watch was opened. */
    synchronized List<ListOptions> opened() {
        return List.copyOf(opened);
    }

    @Override
    public synchronized WatchCursor watch(ApiRequest request, ListOptions options) {
        opened.add(options);
        return cursors.remove(0);
    }

    @Override
    public void authorize(ApiRequest request) {
        // Everybody may, here.
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        throw notThere();
    }

    @Override
    public Resources resources() {
        throw notThere();
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
        throw notThere();
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, byte[] body) {
        throw notThere();
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body) {
        throw notThere();
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        throw notThere();
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, byte[] body) {
        throw notThere();
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch patch) {
        throw notThere();
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        throw notThere();
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        throw notThere();
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        throw notThere();
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        throw notThere();
    }

    private static AssertionError notThere() {
        return new AssertionError("an informer only watches");
    }
}
