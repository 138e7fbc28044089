package io.felucca.controller.serviceaccount;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
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
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps the ServiceAccount {@code default} in every namespace that is not going away. A key is a
 * namespace.
 */
@Component(property = Reconciler.NAME + "=serviceaccount-controller")
public final class ServiceAccountController implements Reconciler {
    private static final String DEFAULT = "default";

    private final Lister<Namespace> namespaces;
    private final Lister<ServiceAccount> accounts;
    private final Client<ServiceAccount> client;

    @Activate
    public ServiceAccountController(@Reference Clients clients, @Reference Informers informers) {
        this.namespaces = informers.of(Namespace.class);
        this.accounts = informers.of(ServiceAccount.class);
        this.client = clients.of(ServiceAccount.class);
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Namespace.class),
                Source.mapped(
                        ServiceAccount.class,
                        account ->
                                account.getMetadata().getName().equals(DEFAULT)
                                        ? List.of(namespaceOf(account))
                                        : List.of()));
    }

    @Override
    public Result reconcile(Key namespace) {
        if (namespaces.get(namespace).filter(ServiceAccountController::isLive).isEmpty()
                || accounts.get(new Key(namespace.name(), DEFAULT)).isPresent()) {
            return Result.done();
        }
        try {
            client.create(
                    new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withNamespace(namespace.name())
                            .withName(DEFAULT)
                            .endMetadata()
                            .build());
        } catch (ApiException e) {
            // Somebody else was faster, or the namespace has begun to go: both are fine.
            if (e.reason() != StatusReason.AlreadyExists && e.reason() != StatusReason.NotFound) {
                throw e;
            }
        }
        return Result.done();
    }

    private static boolean isLive(Namespace namespace) {
        return namespace.getMetadata().getDeletionTimestamp() == null;
    }

    private static Key namespaceOf(ServiceAccount account) {
        return Key.clusterScoped(account.getMetadata().getNamespace());
    }
}
