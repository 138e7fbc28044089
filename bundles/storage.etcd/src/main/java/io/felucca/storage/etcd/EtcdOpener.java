package io.felucca.storage.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.options.DeleteOption;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreOpener;
import java.util.Map;

/**
 * Opens an etcd. While data is loaded into it a mark says so, and no control plane starts on it: a
 * part of the data would look like an order to delete the rest.
 */
public final class EtcdOpener implements StoreOpener {
    @Override
    public String kind() {
        return "etcd";
    }

    @Override
    public Opened open(String location, Map<String, String> options) {
        EtcdStore store =
                new EtcdStore(
                        EtcdOptions.of(
                                        location,
                                        options.getOrDefault("ca", ""),
                                        options.getOrDefault("cert", ""),
                                        options.getOrDefault("key", ""))
                                .forLoading());
        return new Opened() {
            @Override
            public Store store() {
                return store;
            }

            @Override
            public void beginLoad(long floor) {
                // Also waits for the connection, and fails as all requests do.
                store.range(RangeRequest.key("-")).toCompletableFuture().join();
                Session before = store.connection().session();
                KV kv = before.client().getKVClient();
                kv.put(Session.LOADING_KEY, ByteSequence.EMPTY).join();
                kv.delete(
                                Session.FIRST_KEY,
                                DeleteOption.builder().withRange(Session.bytes("\u0080")).build())
                        .join();
                long now = kv.get(Session.OFFSET_KEY).join().getHeader().getRevision();
                // The write of the offset is a revision too.
                long offset = Math.max(before.offset(), floor - now);
                kv.put(Session.OFFSET_KEY, Session.offsetValue(offset)).join();
                store.connection().lost(before);
                store.range(RangeRequest.key("-")).toCompletableFuture().join();
            }

            @Override
            public void finishLoad() {
                long last =
                        store.range(RangeRequest.key("-")).toCompletableFuture().join().revision();
                store.compact(last).toCompletableFuture().join();
                KV kv = store.connection().session().client().getKVClient();
                kv.delete(Session.LOADING_KEY).join();
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }
}
