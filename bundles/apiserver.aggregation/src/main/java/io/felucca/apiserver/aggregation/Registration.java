package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.APIServiceSpec;
import io.fabric8.kubernetes.api.model.APIServiceSpecBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps an APIService for each version of a group of custom resources, for as long as a definition
 * serves it. One that somebody made for the same version stands in its place.
 */
@Component(property = Reconciler.NAME + "=crd-autoregistration-controller")
public final class Registration implements Reconciler {
    private static final String ALWAYS = "true";
    private static final String BY_VERSION = "aggregator.version";

    /** Low, so that custom resources hide nothing else; upstream's. */
    private static final int GROUP_PRIORITY = 1000;

    private static final int VERSION_PRIORITY = 100;

    private final Informer<CustomResourceDefinition> definitions;
    private final Informer<APIService> apiServices;
    private final Client<APIService> client;

    @Activate
    public Registration(@Reference Clients clients, @Reference Informers informers) {
        this.definitions =
                informers
                        .of(CustomResourceDefinition.class)
                        .index(BY_VERSION, Registration::served);
        this.apiServices = informers.of(APIService.class);
        this.client = clients.of(APIService.class);
    }

    @Deactivate
    void deactivate() {
        definitions.close();
        apiServices.close();
    }

    private static Collection<String> served(CustomResourceDefinition definition) {
        return definition.getSpec().getVersions().stream()
                .filter(one -> Boolean.TRUE.equals(one.getServed()))
                .map(one -> name(definition, one))
                .toList();
    }

    private static String name(
            CustomResourceDefinition definition, CustomResourceDefinitionVersion version) {
        return ApiServices.name(definition.getSpec().getGroup(), version.getName());
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.mapped(
                        CustomResourceDefinition.class,
                        one -> served(one).stream().map(Key::clusterScoped).toList()),
                Source.self(APIService.class));
    }

    @Override
    public Result reconcile(Key key) {
        boolean wanted = definitions.count(BY_VERSION, key.name()) > 0;
        Optional<APIService> found = apiServices.get(key);
        if (found.isEmpty()) {
            if (wanted) {
                create(key.name());
            }
            return Result.done();
        }
        APIService present = found.get();
        if (!ALWAYS.equals(Selectors.labels(present).get(ApiServices.MANAGED))) {
            return Result.done();
        }
        if (!wanted) {
            // Whether it was there or went by itself, it is gone.
            boolean unused =
                    client.delete(key, Client.Deletion.ofUid(present.getMetadata().getUid()));
        } else if (!present.getSpec().equals(spec(key.name()))) {
            client.update(present.edit().withSpec(spec(key.name())).build());
        }
        return Result.done();
    }

    private void create(String name) {
        try {
            client.create(
                    new APIServiceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .addToLabels(ApiServices.MANAGED, ALWAYS)
                            .endMetadata()
                            .withSpec(spec(name))
                            .build());
        } catch (ApiException e) {
            // Somebody else's, which the lister is about to show.
            if (e.reason() != StatusReason.AlreadyExists) {
                throw e;
            }
        }
    }

    private static APIServiceSpec spec(String name) {
        int dot = name.indexOf('.');
        return new APIServiceSpecBuilder()
                .withGroup(name.substring(dot + 1))
                .withVersion(name.substring(0, dot))
                .withGroupPriorityMinimum(GROUP_PRIORITY)
                .withVersionPriority(VERSION_PRIORITY)
                .build();
    }
}
