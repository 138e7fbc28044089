package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.LabelSelector;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One bundle's view of a shared informer: empty until the bundle's identity may list and watch. */
final class InformerView<T extends HasMetadata> implements Informer<T> {
    private static final Logger LOG = LoggerFactory.getLogger(InformerView.class);
    private static final long ASK_AGAIN_MILLIS = 250;
    private static final int SAY_AFTER = 40;

    private final SharedInformer<T> shared;
    private final GroupVersionResource resource;
    private final ListOptions selected;
    private final UserInfo user;
    private final ServerGate gate;
    private final Pool timer;
    private final Runnable onClose;
    private final Set<Consumer<Change<T>>> handlers = ConcurrentHashMap.newKeySet();
    private volatile boolean allowed;
    private volatile boolean closed;
    private int refusals;

    InformerView(
            SharedInformer<T> shared,
            GroupVersionResource resource,
            String fieldSelector,
            UserInfo user,
            ServerGate gate,
            Pool timer,
            Runnable onClose) {
        this.shared = shared;
        this.resource = resource;
        this.selected = new ListOptions("", fieldSelector, "", "", 0, "", false, false, 0);
        this.user = user;
        this.gate = gate;
        this.timer = timer;
        this.onClose = onClose;
        timer.execute(this::ask);
    }

    /** Asks until the answer is yes: at the start, roles may not have been made yet. */
    private void ask() {
        if (closed) {
            return;
        }
        ApiServer server = gate.now();
        try {
            if (server != null) {
                server.authorize(ApiRequest.of(user, "list", resource, "", ""), selected);
                server.authorize(ApiRequest.of(user, "watch", resource, "", ""), selected);
                shared.execute(this::allow);
                return;
            }
        } catch (ApiException e) {
            refusals++;
            if (refusals == SAY_AFTER) {
                LOG.warn("{} waits for permission: {}", user.name(), e.getMessage());
            }
        }
        timer.after(ASK_AGAIN_MILLIS, this::ask);
    }

    private void allow() {
        allowed = true;
        handlers.forEach(shared::addHandler);
    }

    @Override
    public boolean synced() {
        return allowed && shared.synced();
    }

    @Override
    public long revision() {
        return allowed ? shared.revision() : 0;
    }

    @Override
    public void whenReached(long revision, Runnable action) {
        if (synced() && shared.revision() >= revision) {
            action.run();
        } else {
            shared.whenReached(revision, () -> whenAllowed(action));
        }
    }

    private void whenAllowed(Runnable action) {
        if (allowed) {
            action.run();
        } else if (!closed) {
            timer.after(ASK_AGAIN_MILLIS, () -> whenAllowed(action));
        }
    }

    @Override
    public Informer<T> index(String name, Function<T, Collection<String>> values) {
        java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(1);
        shared.execute(
                () -> {
                    shared.contents().addIndex(name, values);
                    done.countDown();
                });
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return this;
    }

    @Override
    public void onChange(Consumer<Change<T>> handler) {
        shared.execute(
                () -> {
                    handlers.add(handler);
                    if (allowed) {
                        shared.addHandler(handler);
                    }
                });
    }

    @Override
    public Optional<T> get(Key key) {
        return contents().get(key);
    }

    @Override
    public List<T> list() {
        return contents().all();
    }

    @Override
    public void each(Consumer<T> action) {
        contents().each(action);
    }

    @Override
    public List<T> list(String namespace) {
        return contents().inNamespace(namespace);
    }

    @Override
    public List<T> list(String namespace, LabelSelector labels) {
        return contents().inNamespace(namespace, labels);
    }

    @Override
    public List<T> ownedBy(String uid) {
        return contents().ownedBy(uid);
    }

    @Override
    public List<T> byIndex(String index, String value) {
        return contents().byIndex(index, value);
    }

    @Override
    public int count(String index, String value) {
        return contents().count(index, value);
    }

    /** An empty answer from a view that has not synced would look like an emptied cluster. */
    private Contents<T> contents() {
        if (!synced()) {
            throw ApiException.unavailable(
                    "the informer of " + resource.groupResource() + " has not synced yet", 1);
        }
        return shared.contents();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            shared.execute(() -> handlers.forEach(shared::removeHandler));
            onClose.run();
        }
    }
}
