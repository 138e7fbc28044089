package io.felucca.controller.garbagecollector;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.GroupVersionResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Deletes objects whose owners are all gone, and sees to it that owners which wait for their
 * dependents, or want to leave them behind, can go.
 *
 * <p>A key is an object ({@link Item#queued}), the uid of one that is gone, or {@link #DISCOVERY}.
 * What the informers show is only a reason to look: an owner counts as gone when the server says so
 * at that moment, and an object is deleted only in the very version that was judged. That something
 * has no dependents left is believed once every informer is as new as its deletion.
 */
@Component(
        property = {
            Reconciler.NAME + "=garbage-collector-controller",
            Reconciler.WORKERS + ":Integer=8"
        })
public final class GarbageCollector implements Reconciler {
    static final Key DISCOVERY = Key.clusterScoped("discovery");

    /** For groups that come with a bundle, of which no object tells; upstream's time. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** What a changed definition says may be served a moment later, or no longer. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private final Monitors monitors;
    private final Writes writes;
    private final EventRecorder events;

    /** Objects with an owner of a kind that nobody serves; bounded by the number of objects. */
    private final Set<Key> unresolved = ConcurrentHashMap.newKeySet();

    /** Whether a definition has changed since the last look. */
    private final AtomicBoolean redefined = new AtomicBoolean();

    private volatile Consumer<Key> queue = key -> {};

    @Activate
    public GarbageCollector(@Reference Clients clients, @Reference Informers informers) {
        this.monitors = new Monitors(clients, informers);
        this.writes = new Writes(clients);
        this.events = clients.events();
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.mapped(CustomResourceDefinition.class, this::redefined),
                Source.mapped(APIService.class, this::redefined));
    }

    private List<Key> redefined(HasMetadata definition) {
        redefined.set(true);
        return List.of(DISCOVERY);
    }

    @Override
    public void started(Consumer<Key> newQueue) {
        queue = newQueue;
        // New monitors show everything from the start.
        monitors.close();
        newQueue.accept(DISCOVERY);
    }

    @Deactivate
    void deactivate() {
        monitors.close();
    }

    @Override
    public Result reconcile(Key key) {
        if (key.equals(DISCOVERY)) {
            boolean settling = redefined.getAndSet(false);
            if (monitors.refresh(this::changed)) {
                List<Key> again = List.copyOf(unresolved);
                again.forEach(unresolved::remove);
                again.forEach(queue);
            }
            return Result.requeueAfter(settling ? SETTLED : LOOK_AGAIN);
        }
        if (Item.isGone(key)) {
            monitors.dependentsOf(key.name()).forEach(one -> queue.accept(one.item().queued()));
            return Result.done();
        }
        Item item = Item.of(key);
        Optional<PartialObjectMetadata> object = monitors.get(item);
        return object.isEmpty() ? Result.done() : collect(item, object.get());
    }

    /** On an informer's thread: says only which keys a change concerns. */
    private void changed(
            GroupVersionResource resource, Informer.Change<PartialObjectMetadata> change) {
        Optional<PartialObjectMetadata> now = change.now();
        Optional<PartialObjectMetadata> gone =
                change.before().filter(one -> now.filter(o -> Marks.sameUid(o, one)).isEmpty());
        gone.ifPresent(one -> queue.accept(Item.gone(one.getMetadata().getUid())));
        change.before().ifPresent(one -> unblocked(one, gone.isPresent() ? null : now.get()));
        boolean differs =
                gone.isPresent()
                        || change.before().isEmpty()
                        || Marks.differ(change.before().get(), change.latest());
        if (now.isPresent() && differs && Marks.concernUs(now.get())) {
            queue.accept(new Item(resource, Key.of(now.get())).queued());
        }
    }

    /** Owners that the object blocked and no longer does may be waiting for just that. */
    private void unblocked(HasMetadata before, HasMetadata now) {
        for (OwnerReference owner : Marks.owners(before)) {
            if (Marks.blocks(owner) && (now == null || !Marks.blocks(now, owner.getUid()))) {
                monitors.named(owner, Key.of(before).namespace())
                        .ifPresent(item -> queue.accept(item.queued()));
            }
        }
    }

    private Result collect(Item item, PartialObjectMetadata object) {
        if (Marks.orphansDependents(object)) {
            return whenAllSeen(item, object, () -> orphan(item, object));
        }
        if (Marks.waitsForDependents(object)) {
            return whenAllSeen(item, object, () -> waitForDependents(item, object));
        }
        if (!Marks.isGoing(object) && !Marks.owners(object).isEmpty() && !allSolid(item, object)) {
            judge(item, object);
        }
        return Result.done();
    }

    /** Runs when every monitor shows what was there when the object was marked. */
    private Result whenAllSeen(Item item, PartialObjectMetadata object, Runnable action) {
        long revision = Long.parseLong(object.getMetadata().getResourceVersion());
        Optional<Informer<PartialObjectMetadata>> behind = monitors.behind(revision);
        if (behind.isPresent()) {
            behind.get().whenReached(revision, () -> queue.accept(item.queued()));
        } else {
            action.run();
        }
        return Result.done();
    }

    private void orphan(Item owner, PartialObjectMetadata object) {
        String uid = object.getMetadata().getUid();
        for (Monitors.Found dependent : monitors.dependentsOf(uid)) {
            Optional<GenericKubernetesResource> fresh =
                    writes.read(dependent.item(), dependent.object().getMetadata().getUid());
            if (fresh.filter(one -> Marks.find(Marks.owners(one), uid).isPresent()).isPresent()) {
                writes.setOwners(
                        dependent.item(),
                        fresh.get(),
                        Marks.owners(fresh.get()).stream()
                                .filter(one -> !one.getUid().equals(uid))
                                .toList());
            }
        }
        writes.removeFinalizer(owner, uid, Marks.ORPHAN);
    }

    private void waitForDependents(Item owner, PartialObjectMetadata object) {
        String uid = object.getMetadata().getUid();
        boolean blocked = false;
        for (Monitors.Found dependent : monitors.dependentsOf(uid)) {
            blocked |= Marks.blocks(dependent.object(), uid);
            if (!Marks.isGoing(dependent.object())) {
                queue.accept(dependent.item().queued());
            }
        }
        if (!blocked) {
            writes.removeFinalizer(owner, uid, Marks.FOREGROUND);
        }
    }

    /** Whether the monitors show all owners, none waiting: if one goes, that brings us back. */
    private boolean allSolid(Item item, PartialObjectMetadata object) {
        return Marks.owners(object).stream()
                .allMatch(
                        owner ->
                                monitors.named(owner, item.object().namespace())
                                        .flatMap(monitors::peek)
                                        .filter(
                                                one ->
                                                        owner.getUid()
                                                                .equals(one.getMetadata().getUid()))
                                        .filter(one -> !Marks.waitsForDependents(one))
                                        .isPresent());
    }

    private void judge(Item item, PartialObjectMetadata object) {
        Optional<GenericKubernetesResource> found =
                writes.read(item, object.getMetadata().getUid());
        // What went, or came anew, or is going, comes back as a change.
        if (found.filter(one -> !Marks.isGoing(one)).isEmpty()
                || Marks.owners(found.get()).isEmpty()) {
            return;
        }
        GenericKubernetesResource fresh = found.get();
        Optional<Verdict> verdict = ask(item, fresh);
        if (verdict.isPresent()) {
            carryOut(item, fresh, verdict.get());
        }
    }

    /** Asks the server for each owner; empty if it can't be told. */
    private Optional<Verdict> ask(Item item, GenericKubernetesResource fresh) {
        String namespace = item.object().namespace();
        Verdict verdict = new Verdict();
        for (OwnerReference owner : Marks.owners(fresh)) {
            Optional<Clients.Served> served =
                    monitors.serving(owner.getApiVersion(), owner.getKind());
            if (served.isEmpty()) {
                unresolved.add(item.queued());
                // It may have come to be served in just this moment.
                monitors.named(owner, namespace).ifPresent(one -> queue.accept(item.queued()));
                return Optional.empty();
            }
            if (served.get().namespaced() && namespace.isEmpty()) {
                reportNamespace(fresh, owner, namespace);
                return Optional.empty();
            }
            Key name = new Key(served.get().namespaced() ? namespace : "", owner.getName());
            Optional<GenericKubernetesResource> there =
                    writes.read(new Item(served.get().resource(), name), owner.getUid());
            if (there.isEmpty()) {
                reportNamespace(fresh, owner, namespace);
                verdict.dangling().add(owner);
            } else if (Marks.waitsForDependents(there.get())) {
                verdict.waiting().add(owner);
            } else {
                verdict.solid().add(owner);
            }
        }
        return Optional.of(verdict);
    }

    /** An owner that lives, but in another namespace, is no owner; its dependent's author errs. */
    private void reportNamespace(HasMetadata object, OwnerReference owner, String namespace) {
        monitors.withUid(owner.getUid())
                .map(one -> one.item().object().namespace())
                .filter(where -> !where.isEmpty() && !where.equals(namespace))
                .ifPresent(
                        where ->
                                events.warning(
                                        object,
                                        "OwnerRefInvalidNamespace",
                                        "ownerRef "
                                                + Item.text(owner, namespace)
                                                + " does not exist in namespace \""
                                                + namespace
                                                + "\""));
    }

    private void carryOut(Item item, GenericKubernetesResource fresh, Verdict verdict) {
        if (verdict.isKept()) {
            if (verdict.solid().size() < Marks.owners(fresh).size()) {
                writes.setOwners(item, fresh, verdict.solid());
            }
            return;
        }
        String uid = fresh.getMetadata().getUid();
        List<Monitors.Found> dependents =
                verdict.waiting().isEmpty() ? List.of() : monitors.dependentsOf(uid);
        if (dependents.isEmpty()) {
            writes.delete(item, fresh, propagation(fresh));
        } else if (dependents.stream().noneMatch(one -> Marks.waitsForDependents(one.object()))) {
            writes.delete(item, fresh, "Foreground");
        } else {
            // A dependent that itself waits may wait for us, in a circle: we no longer block it.
            List<OwnerReference> unblocked = new ArrayList<>();
            for (OwnerReference owner : Marks.owners(fresh)) {
                unblocked.add(
                        Marks.blocks(owner)
                                ? owner.edit().withBlockOwnerDeletion(false).build()
                                : owner);
            }
            boolean blocks = !unblocked.equals(Marks.owners(fresh));
            if (blocks) {
                // The change of the object brings it back here, without a circle then.
                writes.setOwners(item, fresh, unblocked);
            } else {
                writes.delete(item, fresh, "Foreground");
            }
        }
    }

    /** As its finalizers say that its own dependents should fare. */
    private static String propagation(HasMetadata object) {
        return Marks.has(object, Marks.ORPHAN)
                ? "Orphan"
                : Marks.has(object, Marks.FOREGROUND) ? "Foreground" : "Background";
    }
}
