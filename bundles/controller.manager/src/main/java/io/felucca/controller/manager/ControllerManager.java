package io.felucca.controller.manager;

import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.controller.api.Reconciler;
import io.felucca.metrics.MetricSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a controller when its {@link Reconciler} service appears and drains it when it goes. */
@Component(
        service = {},
        property = "component.status=controller-manager")
public final class ControllerManager {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerManager.class);
    private static final int DEFAULT_WORKERS = 5;

    private final Clients clients;
    private final Informers informers;
    private final Workers workers = new Workers();
    private final Map<Reconciler, RunningController> running = new ConcurrentHashMap<>();
    private final QueueMetrics metrics;
    private final ServiceRegistration<MetricSet> shown;

    @Activate
    public ControllerManager(
            BundleContext context, @Reference Clients clients, @Reference Informers informers) {
        this.clients = clients;
        this.informers = informers;
        MetricSet set = new MetricSet();
        metrics = new QueueMetrics(set, System::nanoTime);
        metrics.observe(this::queues);
        shown = set.publish(context, MetricSet.API_SERVER);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindReconciler(Reconciler reconciler, Map<String, Object> properties) {
        if (!(properties.get(Reconciler.NAME) instanceof String name)) {
            LOG.error(
                    "{} has no service property {} and does not run",
                    reconciler.getClass().getName(),
                    Reconciler.NAME);
            return;
        }
        int count =
                properties.get(Reconciler.WORKERS) instanceof Integer set && set > 0
                        ? set
                        : DEFAULT_WORKERS;
        RunningController controller =
                new RunningController(name, reconciler, clients, workers, count, metrics);
        running.put(reconciler, controller);
        controller.start(informers);
    }

    synchronized void unbindReconciler(Reconciler reconciler) {
        RunningController controller = running.remove(reconciler);
        if (controller != null) {
            controller.stop();
        }
    }

    /** Whoever reads metrics does not wait for a controller that is being drained. */
    private List<WorkQueue> queues() {
        return running.values().stream().map(RunningController::queue).toList();
    }

    @Deactivate
    synchronized void deactivate() {
        shown.unregister();
        running.values().forEach(RunningController::stop);
        running.clear();
        workers.close();
    }
}
