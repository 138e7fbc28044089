package io.felucca.apiserver.admission.resourcequota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.RefusingServer;
import io.felucca.testing.StoredJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps quotas, and takes an update only of the newest version. */
final class QuotaServer extends RefusingServer implements Reader {
    final AtomicInteger writes = new AtomicInteger();

    private final Map<String, StoredJson> quotas = new ConcurrentSkipListMap<>();

    /** Runs before each write, as somebody who is faster would. */
    Runnable beforeWrite = () -> {};

    synchronized void put(ObjectNode quota) {
        String name = quota.at("/metadata/name").asText();
        StoredJson old = quotas.get(name);
        long revision = old == null ? 1 : old.revision() + 1;
        ObjectNode stored = quota.deepCopy();
        stored.withObject("/metadata").put("resourceVersion", Long.toString(revision));
        quotas.put(name, new StoredJson(stored, revision));
    }

    ObjectNode quota(String name) {
        return quotas.get(name).object().deepCopy();
    }

    String used(String name, String resource) {
        return quota(name).path("status").path("used").path(resource).asText();
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        beforeWrite.run();
        return write(request, body);
    }

    private synchronized CompletionStage<StoredObject> write(ApiRequest request, ObjectNode body) {
        StoredJson old = quotas.get(request.name());
        String version = body.at("/metadata/resourceVersion").asText();
        if (!version.equals(Long.toString(old.revision()))) {
            return CompletableFuture.failedStage(
                    ApiException.modified(Ledger.QUOTAS.groupResource(), request.name()));
        }
        writes.incrementAndGet();
        put(body);
        return CompletableFuture.completedStage(quotas.get(request.name()));
    }

    @Override
    public Optional<StoredObject> get(
            GroupVersionResource resource, String namespace, String name) {
        return Optional.ofNullable(quotas.get(name));
    }

    @Override
    public List<StoredObject> list(GroupVersionResource resource, String namespace) {
        return quotas.values().stream()
                .filter(quota -> quota.namespace().equals(namespace))
                .map(StoredObject.class::cast)
                .toList();
    }
}
