package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the objects that exist from the start: the system namespaces and what other bundles ask
 * for. Works through them one after the other, on one thread; what can't be done yet, because its
 * resource is not served or a part is missing, is tried again at each {@link #work}.
 */
final class Bootstrap {
    /** The server itself. */
    static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
    private static final List<String> NAMESPACES =
            List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Core core;
    private final Registry registry;

    /** What is still to be done; guarded by this. */
    private final Map<String, Item> todo = new LinkedHashMap<>();

    private boolean working;
    private boolean again;
    private volatile String lastFailure = "";
    private volatile String problem = "not started yet";

    private record Item(ObjectNode wanted, BootstrapObjects source) {
        boolean isNamespace() {
            return wanted.path("kind").asText().equals("Namespace");
        }
    }

    Bootstrap(Core core, Registry registry) {
        this.core = core;
        this.registry = registry;
        NAMESPACES.forEach(name -> add(namespace(name), null));
    }

    private static ObjectNode namespace(String name) {
        ObjectNode namespace = Json.object();
        namespace.put("apiVersion", "v1");
        namespace.put("kind", "Namespace");
        namespace.putObject("metadata").put("name", name);
        return namespace;
    }

    void add(BootstrapObjects source) {
        source.objects().forEach(object -> add(object, source));
    }

    private synchronized void add(ObjectNode wanted, BootstrapObjects source) {
        String id =
                wanted.path("apiVersion").asText()
                        + ' '
                        + wanted.path("kind").asText()
                        + ' '
                        + Meta.text(wanted, "namespace")
                        + ' '
                        + Meta.text(wanted, "name");
        todo.put(id, new Item(wanted, source));
    }

    synchronized void remove(BootstrapObjects source) {
        todo.values().removeIf(item -> item.source == source);
    }

    /** What is wrong; empty once all that was asked for has been done. */
    Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    /** Whether there is nothing to do. */
    synchronized boolean isIdle() {
        return todo.isEmpty();
    }

    /** Does what can be done now. Returns at once; runs on the executor. */
    void work() {
        synchronized (this) {
            if (working) {
                again = true;
                return;
            }
            working = true;
        }
        core.executor().execute(() -> step(pending()));
    }

    private synchronized List<Map.Entry<String, Item>> pending() {
        List<Map.Entry<String, Item>> items = new ArrayList<>();
        todo.forEach((id, item) -> items.add(Map.entry(id, item)));
        items.sort(Comparator.comparing(item -> !item.getValue().isNamespace()));
        return items;
    }

    private void step(List<Map.Entry<String, Item>> items) {
        if (items.isEmpty()) {
            finish();
            return;
        }
        Map.Entry<String, Item> first = items.get(0);
        ensure(first.getValue())
                .whenComplete((done, failure) -> record(first, done, failure))
                .whenCompleteAsync(
                        (done, failure) -> step(items.subList(1, items.size())), core.executor());
    }

    private void record(Map.Entry<String, Item> item, Boolean done, Throwable failure) {
        if (failure != null) {
            String now = item.getKey() + ": " + cause(failure).getMessage();
            // It is tried again and again: said once is enough.
            if (!now.equals(lastFailure) && !core.cache().isClosed()) {
                LOG.info("Not created yet: {}", now);
            }
            lastFailure = now;
        } else if (done) {
            synchronized (this) {
                todo.remove(item.getKey(), item.getValue());
            }
        }
    }

    private void finish() {
        boolean more;
        synchronized (this) {
            working = false;
            more = again;
            again = false;
            if (todo.isEmpty()) {
                problem = "";
            } else {
                problem = "not created yet: " + String.join(", ", todo.keySet());
            }
        }
        if (more) {
            work();
        }
    }

    /** False if its resource is not served yet. */
    private CompletionStage<Boolean> ensure(Item item) {
        try {
            GroupVersionKind kind =
                    GroupVersionKind.of(
                            item.wanted.path("apiVersion").asText(),
                            item.wanted.path("kind").asText());
            ResourceDefinition definition = core.groups().presentKind(kind);
            return definition == null
                    ? CompletableFuture.completedFuture(false)
                    : ensure(item, definition).thenApply(done -> true);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<?> ensure(Item item, ResourceDefinition definition) {
        String namespace = Meta.text(item.wanted, "namespace");
        String name = Meta.text(item.wanted, "name");
        if (core.cache().resource(definition.stored()).get(namespace, name) != null) {
            return reconcile(item, definition, namespace, name);
        }
        ApiRequest request = ApiRequest.of(SERVER, "create", definition.resource(), namespace, "");
        return registry.createUnauthorized(request, item.wanted.deepCopy())
                .handle(
                        (object, failure) -> {
                            if (failure == null) {
                                return CompletableFuture.completedFuture(null);
                            }
                            boolean exists =
                                    cause(failure) instanceof ApiException api
                                            && api.reason() == StatusReason.AlreadyExists;
                            return exists
                                    ? reconcile(item, definition, namespace, name)
                                    : CompletableFuture.failedFuture(cause(failure));
                        })
                .thenCompose(stage -> stage);
    }

    private CompletionStage<?> reconcile(
            Item item, ResourceDefinition definition, String namespace, String name) {
        if (item.source == null) {
            return CompletableFuture.completedFuture(null);
        }
        return registry.modify(
                definition.resource(),
                namespace,
                name,
                existing -> item.source.reconcile(existing, item.wanted));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
