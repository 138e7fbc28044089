package io.felucca.controller.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Empties namespaces that are to go and takes their finalizer when nothing is left. */
@Component(property = Reconciler.NAME + "=namespace-controller")
public final class NamespaceController implements Reconciler {
    private static final String FINALIZER = "kubernetes";

    /**
     * A write that was let in just before the deletion may land just after: only what is empty this
     * long after the deletion, whose stamp has whole seconds, stays empty.
     */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final Duration ANOTHER_SERVER = Duration.ofSeconds(10);

    private final Lister<Namespace> namespaces;
    private final Client<Namespace> client;
    private final Contents contents;
    private final Clock clock;

    @Activate
    public NamespaceController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this.namespaces = informers.of(Namespace.class);
        this.client = clients.of(Namespace.class);
        this.contents = new Contents(clients);
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Namespace.class), Source.mapped(Pod.class, this::goingNamespaceOf));
    }

    /** The rest of a namespace waits for its last pod. */
    private Collection<Key> goingNamespaceOf(Pod pod) {
        Key namespace = Key.clusterScoped(pod.getMetadata().getNamespace());
        return pod.getMetadata().getDeletionTimestamp() != null
                        && namespaces
                                .get(namespace)
                                .filter(NamespaceController::isGoing)
                                .isPresent()
                ? List.of(namespace)
                : List.of();
    }

    @Override
    public Result reconcile(Key key) {
        if (namespaces.get(key).filter(NamespaceController::isGoing).isEmpty()) {
            return Result.done();
        }
        // The lister may show a namespace of that name that is gone already: ask before deleting.
        Optional<Namespace> fresh = client.get(key).filter(NamespaceController::isGoing);
        if (fresh.isEmpty() || !isOurs(fresh.get())) {
            return Result.done();
        }
        Namespace namespace = fresh.get();
        Instant started = clock.instant();
        Remains remains = contents.delete(key.name());
        if (!remains.nothing()) {
            writeConditions(namespace, remains);
            if (remains.isPatient()) {
                // Another server is away, maybe for long, and comes back without telling anybody.
                return Result.requeueAfter(ANOTHER_SERVER);
            }
            if (remains.failed()) {
                throw ApiException.of(
                        StatusReason.InternalError,
                        "namespace " + key + " can't be emptied yet: " + why(remains));
            }
            return Result.requeueAfter(remains.patience());
        }
        Instant settled =
                Instant.parse(namespace.getMetadata().getDeletionTimestamp()).plus(SETTLED);
        if (started.isBefore(settled)) {
            return Result.requeueAfter(Duration.between(started, settled));
        }
        letGo(namespace);
        return Result.done();
    }

    private static String why(Remains remains) {
        return String.join(
                ", ",
                remains.discoveryFailures().isEmpty()
                        ? remains.contentFailures()
                        : remains.discoveryFailures());
    }

    private static boolean isGoing(Namespace namespace) {
        return namespace.getMetadata().getDeletionTimestamp() != null;
    }

    private static boolean isOurs(Namespace namespace) {
        return namespace.getSpec() != null
                && namespace.getSpec().getFinalizers().contains(FINALIZER);
    }

    private void writeConditions(Namespace namespace, Remains remains) {
        List<NamespaceCondition> before =
                namespace.getStatus() == null ? List.of() : namespace.getStatus().getConditions();
        List<NamespaceCondition> now = Conditions.of(before, remains, clock.instant());
        if (!now.equals(before)) {
            client.updateStatus(
                    namespace.edit().editOrNewStatus().withConditions(now).endStatus().build());
        }
    }

    private void letGo(Namespace namespace) {
        client.update(
                namespace.edit().editSpec().removeFromFinalizers(FINALIZER).endSpec().build(),
                "finalize");
    }
}
