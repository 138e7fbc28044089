package io.felucca.greeter;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps a ConfigMap {@code greeting} in every namespace that has the label {@code greet}. */
@Component(property = Reconciler.NAME + "=greeter")
public final class Greeter implements Reconciler {
    private static final String NAME = "greeting";

    private final Lister<Namespace> namespaces;
    private final Lister<ConfigMap> configMaps;
    private final Client<ConfigMap> client;

    @Activate
    public Greeter(@Reference Clients clients, @Reference Informers informers) {
        this.namespaces = informers.of(Namespace.class);
        this.configMaps = informers.of(ConfigMap.class);
        this.client = clients.of(ConfigMap.class);
    }

    /** A key is a namespace; a greeting that somebody changed concerns its namespace. */
    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Namespace.class),
                Source.mapped(
                        ConfigMap.class,
                        map -> List.of(Key.clusterScoped(map.getMetadata().getNamespace()))));
    }

    @Override
    public Result reconcile(Key namespace) {
        Optional<String> name =
                namespaces
                        .get(namespace)
                        .filter(one -> one.getMetadata().getDeletionTimestamp() == null)
                        .map(one -> Selectors.labels(one).get("greet"));
        if (name.isEmpty()) {
            return Result.done();
        }
        Map<String, String> wanted = Map.of("text", "Hello, " + name.get() + "!");
        Optional<ConfigMap> present = configMaps.get(new Key(namespace.name(), NAME));
        if (present.isEmpty()) {
            client.create(greeting(namespace.name(), wanted));
        } else if (!wanted.equals(present.get().getData())) {
            client.update(present.get().edit().withData(wanted).build());
        }
        return Result.done();
    }

    private static ConfigMap greeting(String namespace, Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .endMetadata()
                .withData(data)
                .build();
    }
}
