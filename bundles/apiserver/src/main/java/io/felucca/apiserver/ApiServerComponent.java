package io.felucca.apiserver;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.metrics.MetricSet;
import io.felucca.storage.api.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Brings the server to life and tells it what comes and goes. The {@link ApiServer} service appears
 * once the cache has caught up with the store and all that is required was there.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.felucca.apiserver")
public final class ApiServerComponent implements SynchronousBundleListener {

    /** What the deployment insists on. */
    public @interface Config {
        /** Admission plugins without which nothing is written, with commas between them. */
        String admission_required() default "";

        /**
         * API groups that must be there before the server shows itself, with commas between them;
         * the core group is {@code core}.
         */
        String groups_required() default "";
    }

    private final BundleContext context;
    private final Engine engine;

    // With "closed", guarded by itself.
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private boolean closed;

    // Guarded by this.
    private Store store;

    @Activate
    public ApiServerComponent(BundleContext context, Config config, @Reference Clock clock) {
        this.context = context;
        Set<String> groups = new HashSet<>();
        for (String group : names(config.groups_required())) {
            groups.add(group.equals("core") ? "" : group);
        }
        engine = new Engine(clock, names(config.admission_required()), groups, this::publish);
        engine.healthChecks().forEach(check -> register(HealthCheck.class, check));
        ServiceRegistration<?> shown = engine.metrics().publish(context, MetricSet.API_SERVER);
        synchronized (registrations) {
            registrations.add(shown);
        }
        context.addBundleListener(this);
    }

    /** When the whole framework stops, its bundles go one by one, and none comes back. */
    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING
                && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            engine.end();
        }
    }

    private static Set<String> names(String list) {
        Set<String> names = new HashSet<>();
        for (String name : list.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.trim());
            }
        }
        return names;
    }

    private void publish() {
        register(ApiServer.class, engine.server());
    }

    private <T> void register(Class<T> type, T service) {
        Dictionary<String, Object> properties = FrameworkUtil.asDictionary(Map.of());
        // Without the lock: whoever waits for the service is started by this call.
        ServiceRegistration<T> registration = context.registerService(type, service, properties);
        boolean late;
        synchronized (registrations) {
            late = closed;
            if (!late) {
                registrations.add(registration);
            }
        }
        if (late) {
            registration.unregister();
        }
    }

    @Deactivate
    void close() {
        context.removeBundleListener(this);
        List<ServiceRegistration<?>> ours;
        synchronized (registrations) {
            closed = true;
            ours = List.copyOf(registrations);
            registrations.clear();
        }
        // The callers go first, so that none calls a server that is closing.
        ours.forEach(ServiceRegistration::unregister);
        engine.close();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindStore(Store other) {
        store = other;
        engine.store(other);
    }

    synchronized void unbindStore(Store other) {
        // A better one may have been bound already.
        if (store == other) {
            store = null;
            engine.store(null);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGroup(ApiGroup group) {
        engine.add(group);
    }

    void updatedGroup(ApiGroup group) {
        engine.update(group);
    }

    void unbindGroup(ApiGroup group) {
        engine.remove(group);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAuthorizer(Authorizer authorizer, Map<String, Object> properties) {
        engine.add(authorizer, ranking(properties));
    }

    void unbindAuthorizer(Authorizer authorizer) {
        engine.remove(authorizer);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPlugin(AdmissionPlugin plugin, Map<String, Object> properties) {
        Object name = properties.get(AdmissionPlugin.NAME);
        engine.add(plugin, name == null ? "" : name.toString(), ranking(properties));
    }

    void unbindPlugin(AdmissionPlugin plugin) {
        engine.remove(plugin);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBootstrapObjects(BootstrapObjects objects) {
        engine.add(objects);
    }

    void unbindBootstrapObjects(BootstrapObjects objects) {
        engine.remove(objects);
    }

    private static int ranking(Map<String, Object> properties) {
        return properties.get(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
    }
}
