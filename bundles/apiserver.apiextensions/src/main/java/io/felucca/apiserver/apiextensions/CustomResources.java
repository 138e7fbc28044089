package io.felucca.apiserver.apiextensions;

import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.ValidationRules;
import io.felucca.apiserver.api.WebhookClients;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The part as a whole. What it published stays while the API server is being replaced, so that the
 * next one knows custom resources from its beginning.
 */
@Component(immediate = true)
public final class CustomResources implements HealthCheck {
    private final Worker worker = new Worker();
    private final CustomGroups groups;
    private final Definitions definitions;
    private volatile boolean synced;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ValidationRules rules;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile WebhookClients webhooks;

    // Guarded by this.
    private ApiServer server;

    // Guarded by this.
    private Follower follower;

    @Activate
    public CustomResources(BundleContext context, @Reference Clock clock) {
        groups = new CustomGroups(context);
        StatusWriter statuses = new StatusWriter(worker, clock);
        definitions =
                new Definitions(
                        groups,
                        statuses,
                        new Cleaner(worker, statuses, clock),
                        new Surroundings(() -> rules, () -> webhooks));
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindServer(ApiServer other) {
        stopFollowing();
        server = other;
        Follower fresh = new Follower(other, worker, new Told());
        follower = fresh;
        worker.run(() -> definitions.use(other));
        fresh.start();
    }

    synchronized void unbindServer(ApiServer other) {
        // A better one may have been bound already.
        if (server == other) {
            stopFollowing();
            server = null;
        }
    }

    private synchronized void stopFollowing() {
        if (follower != null) {
            follower.close();
            follower = null;
        }
    }

    @Deactivate
    void close() {
        stopFollowing();
        worker.close();
        groups.close();
    }

    @Override
    public String name() {
        return "crd-informer-synced";
    }

    @Override
    public Optional<String> problem() {
        return synced ? Optional.empty() : Optional.of("the definitions were not read yet");
    }

    /** Passes on, and knows when all was read once. */
    private final class Told implements Follower.Listener {
        @Override
        public void all(List<StoredObject> all) {
            definitions.all(all);
            synced = true;
        }

        @Override
        public void put(StoredObject definition) {
            definitions.put(definition);
        }

        @Override
        public void gone(String name) {
            definitions.gone(name);
        }
    }
}
