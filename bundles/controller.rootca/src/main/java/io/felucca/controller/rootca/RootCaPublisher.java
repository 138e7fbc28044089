package io.felucca.controller.rootca;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
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
import io.felucca.pki.api.ClusterTrust;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps the ConfigMap {@code kube-root-ca.crt} in every live namespace, as its pods' projected
 * volumes expect it. A key is a namespace.
 */
@Component(property = Reconciler.NAME + "=root-ca-certificate-publisher-controller")
public final class RootCaPublisher implements Reconciler {
    private static final String NAME = "kube-root-ca.crt";
    private static final String DESCRIPTION = "kubernetes.io/description";

    private final Lister<Namespace> namespaces;
    private final Lister<ConfigMap> configMaps;
    private final Client<ConfigMap> client;
    private final Map<String, String> data;

    @Activate
    public RootCaPublisher(
            @Reference Clients clients,
            @Reference Informers informers,
            @Reference ClusterTrust trust) {
        this.namespaces = informers.of(Namespace.class);
        this.configMaps = informers.of(ConfigMap.class);
        this.client = clients.of(ConfigMap.class);
        this.data = Map.of("ca.crt", trust.authorityPem());
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Namespace.class),
                Source.mapped(
                        ConfigMap.class,
                        map ->
                                map.getMetadata().getName().equals(NAME)
                                        ? List.of(
                                                Key.clusterScoped(map.getMetadata().getNamespace()))
                                        : List.of()));
    }

    @Override
    public Result reconcile(Key namespace) {
        boolean live =
                namespaces
                        .get(namespace)
                        .filter(one -> one.getMetadata().getDeletionTimestamp() == null)
                        .isPresent();
        if (!live) {
            return Result.done();
        }
        Optional<ConfigMap> present = configMaps.get(new Key(namespace.name(), NAME));
        if (present.isEmpty()) {
            create(namespace.name());
        } else if (!data.equals(present.get().getData())) {
            client.update(present.get().edit().withData(data).build());
        }
        return Result.done();
    }

    private void create(String namespace) {
        ConfigMap map =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .addToAnnotations(
                                DESCRIPTION,
                                "The certificate authority that signed the API server's"
                                        + " certificate, for clients within the cluster.")
                        .endMetadata()
                        .withData(data)
                        .build();
        try {
            client.create(map);
        } catch (ApiException e) {
            // Somebody else was faster, or the namespace has begun to go: both are fine.
            if (e.reason() != StatusReason.AlreadyExists && e.reason() != StatusReason.NotFound) {
                throw e;
            }
        }
    }
}
