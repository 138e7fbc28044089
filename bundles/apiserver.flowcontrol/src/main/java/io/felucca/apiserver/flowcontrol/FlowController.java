package io.felucca.apiserver.flowcontrol;

import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.FlowControl;
import io.felucca.metrics.MetricSet;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Priority and fairness as FlowSchemas and PriorityLevelConfigurations say. Thread-safe. Source:
 * KEP-1040; seats are not lent between levels.
 */
@Component(service = FlowControl.class)
@Designate(ocd = FlowController.Config.class)
public final class FlowController implements FlowControl {
    private static final int TICK_SECONDS = 1;

    /** Of a request that no schema matches, which can only be while catch-all is missing. */
    private static final Ticket UNMATCHED =
            new Ticket() {
                @Override
                public State state() {
                    return State.REFUSED;
                }

                @Override
                public String flowSchemaUid() {
                    return "";
                }

                @Override
                public String priorityLevelUid() {
                    return "";
                }

                @Override
                public void done() {
                    // It has no place.
                }
            };

    /** As upstream's options: their sum is how many requests are served at once. */
    @ObjectClassDefinition(name = "Felucca API server priority and fairness")
    public @interface Config {
        int maxRequestsInflight() default 400;

        int maxMutatingRequestsInflight() default 200;
    }

    private final PriorityAndFairness flows;
    private final Clock clock;
    private final ServiceRegistration<MetricSet> shown;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = Executors.defaultThreadFactory().newThread(task);
                        thread.setName("flowcontrol");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** Guarded by this. */
    private Keeper keeper;

    private ApiServer kept;

    @Activate
    public FlowController(BundleContext context, Config config, @Reference Clock clock) {
        this.clock = clock;
        flows =
                new PriorityAndFairness(
                        config.maxRequestsInflight() + config.maxMutatingRequestsInflight(),
                        System::nanoTime);
        shown = flows.metrics().publish(context, MetricSet.API_SERVER);
        var unused =
                executor.scheduleWithFixedDelay(
                        flows::tick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    }

    @Deactivate
    synchronized void deactivate() {
        shown.unregister();
        if (keeper != null) {
            keeper.close();
        }
        executor.shutdownNow();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindServer(ApiServer next) {
        if (keeper != null) {
            keeper.close();
        }
        kept = next;
        keeper = new Keeper(next, clock, executor, flows::configure);
        keeper.start();
    }

    synchronized void unbindServer(ApiServer last) {
        if (last == kept) {
            keeper.close();
            keeper = null;
            kept = null;
        }
    }

    @Override
    public Ticket enter(Asked asked, Waiting waiting) {
        Ticket ticket = flows.enter(asked, waiting);
        return ticket == null ? UNMATCHED : ticket;
    }
}
