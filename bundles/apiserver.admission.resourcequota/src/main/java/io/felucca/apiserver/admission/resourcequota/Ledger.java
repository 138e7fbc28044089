package io.felucca.apiserver.admission.resourcequota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.quota.Amounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Charges requests to quotas of one or more namespaces. Those that wait for each other are charged
 * together, with one write for each quota. Other servers may charge the same quotas: a write counts
 * only if nobody else was faster. Blocks. Thread-safe; the queue is bounded by the number of
 * requests that the server works on at once.
 */
final class Ledger {
    static final GroupVersionResource QUOTAS = new GroupVersionResource("", "v1", "resourcequotas");

    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");
    private static final int MOST_ATTEMPTS = 8;

    private final Supplier<ApiServer> server;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final Lock writing = new ReentrantLock();

    /** One charge on its way; touched by whoever holds the lock, and after that by its request. */
    private static final class Entry {
        final Charge charge;
        boolean isDone;
        RuntimeException refusal;

        Entry(Charge charge) {
            this.charge = charge;
        }
    }

    Ledger(Supplier<ApiServer> server) {
        this.server = server;
    }

    /** Comes back when it is charged; throws if it may not be. */
    void charge(Charge charge) {
        Entry entry = new Entry(charge);
        waiting.add(entry);
        writing.lock();
        try {
            if (!entry.isDone) {
                settle(takeAll());
            }
        } finally {
            writing.unlock();
        }
        if (entry.refusal != null) {
            throw entry.refusal;
        }
    }

    private List<Entry> takeAll() {
        List<Entry> all = new ArrayList<>();
        for (Entry one = waiting.poll(); one != null; one = waiting.poll()) {
            all.add(one);
        }
        return all;
    }

    private void settle(List<Entry> entries) {
        Map<String, List<Entry>> byNamespace = new HashMap<>();
        for (Entry entry : entries) {
            byNamespace
                    .computeIfAbsent(entry.charge.request().namespace(), key -> new ArrayList<>())
                    .add(entry);
        }
        for (List<Entry> together : byNamespace.values()) {
            try {
                settleNamespace(together);
            } catch (RuntimeException e) {
                together.stream()
                        .filter(entry -> entry.refusal == null)
                        .forEach(entry -> entry.refusal = e);
            }
            together.forEach(entry -> entry.isDone = true);
        }
    }

    private void settleNamespace(List<Entry> entries) {
        Set<String> charged = new HashSet<>();
        for (int attempt = 1; ; attempt++) {
            List<ObjectNode> quotas = new ArrayList<>(quotas(entries.get(0).charge));
            quotas.removeIf(quota -> charged.contains(name(quota)));
            Map<String, Amounts> used = addAll(quotas, entries);
            boolean lost = false;
            for (ObjectNode quota : quotas) {
                if (write(quota, used.get(name(quota)))) {
                    charged.add(name(quota));
                } else {
                    lost = true;
                }
            }
            if (!lost) {
                return;
            }
            if (attempt == MOST_ATTEMPTS) {
                throw ApiException.conflict(
                        QUOTAS.groupResource(),
                        "",
                        "others were faster to change the namespace's quotas");
            }
            // What was faster may have been another server, of whose write this one must hear.
            answer(() -> require().caughtUp().toCompletableFuture().join());
        }
    }

    private static String name(ObjectNode quota) {
        return quota.path("metadata").path("name").asText();
    }

    static List<ObjectNode> quotas(Charge charge) {
        return charge.request().server().list(QUOTAS, charge.request().namespace()).stream()
                .map(StoredObject::json)
                .map(Json::parseObject)
                .toList();
    }

    /** Usage by quota with all that fit in every one of them; the others are refused. */
    private static Map<String, Amounts> addAll(List<ObjectNode> quotas, List<Entry> entries) {
        Map<String, Amounts> used = new HashMap<>();
        quotas.forEach(quota -> used.put(name(quota), used(quota)));
        for (Entry entry : entries) {
            Map<String, Amounts> with = new HashMap<>(used);
            try {
                for (ObjectNode quota : quotas) {
                    if (entry.refusal == null && entry.charge.concerns(quota)) {
                        Amounts before = used.get(name(quota));
                        with.put(name(quota), entry.charge.addTo(quota, before));
                    }
                }
                used.putAll(with);
            } catch (ApiException e) {
                entry.refusal = e;
            }
        }
        return used;
    }

    static Amounts used(ObjectNode quota) {
        return Amounts.read(quota.path("status").path("used"));
    }

    /** False if somebody else has changed the quota since it was read. */
    private boolean write(ObjectNode quota, Amounts used) {
        if (used.equals(used(quota))) {
            return true;
        }
        used.writeTo(quota.withObject("/status"), "used");
        String namespace = quota.path("metadata").path("namespace").asText();
        ApiRequest request =
                ApiRequest.of(SERVER, "update", QUOTAS, namespace, name(quota))
                        .withSubresource("status");
        try {
            return answer(
                    () -> {
                        require().update(request, quota).toCompletableFuture().join();
                        return true;
                    });
        } catch (ApiException e) {
            if (e.reason() == StatusReason.Conflict || e.reason() == StatusReason.NotFound) {
                return false;
            }
            throw e;
        }
    }

    private static <T> T answer(Supplier<T> call) {
        try {
            return call.get();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    private ApiServer require() {
        ApiServer now = server.get();
        if (now == null) {
            throw ApiException.unavailable("the API server is being replaced", 1);
        }
        return now;
    }
}
