package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.*;

final class NodeProxy implements AutoCloseable {
    NodeProxy(ApiServer s, io.felucca.pki.api.ClusterTrust t) {}

    void connect(Call call, ResourceDefinition d, Subresource s) {
        call.fail(Failures.methodNotAllowed());
    }

    @Override
    public void close() {}
}
