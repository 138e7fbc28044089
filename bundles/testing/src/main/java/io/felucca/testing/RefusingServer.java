package io.felucca.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A server that refuses every call. A test overrides those that the code under test may make, so
 * that any other one fails it.
 */
public class RefusingServer implements ApiServer {
    @Override
    public Resources resources() {
        throw refused("resources");
    }

    @Override
    public void authorize(ApiRequest request) {
        throw refused("authorize");
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        throw refused("authorizeNonResource");
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
        throw refused("create");
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body) {
        throw refused("act");
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        throw refused("update");
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch patch) {
        throw refused("patch");
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        throw refused("delete");
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        throw refused("deleteCollection");
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        throw refused("get");
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        throw refused("list");
    }

    @Override
    public WatchCursor watch(ApiRequest request, ListOptions options) {
        throw refused("watch");
    }

    private static UnsupportedOperationException refused(String call) {
        return new UnsupportedOperationException("this test's server has no " + call);
    }
}
