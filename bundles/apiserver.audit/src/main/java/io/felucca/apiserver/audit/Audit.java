package io.felucca.apiserver.audit;

import io.felucca.apiserver.api.Auditor;
import io.felucca.metrics.MetricSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Records requests that come from outside, as upstream's policy file says, to a file, a webhook or
 * both. Without a configuration there is none, and nothing costs anything.
 */
@Component(
        configurationPid = "io.felucca.apiserver.audit",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Audit implements Auditor {
    private static final int CAPACITY = 10_000;
    private static final int LOG_BATCH = 400;
    private static final long MEGABYTE = 1 << 20;

    /** Upstream's {@code --audit-*}. */
    public @interface Config {
        /** A Policy of audit.k8s.io/v1; a path. */
        String policy_file();

        /** Where JSON lines go; empty for nowhere. */
        String log_path() default "";

        /** So large a file gets; 0 for no bound. */
        int log_maxsize() default 100;

        /** So many older files are kept; 0 for all. */
        int log_maxbackup() default 10;

        /** Where batches of events are posted to; empty for nowhere. */
        String webhook_url() default "";

        /** Who signed the webhook's certificate, PEM; a path. */
        String webhook_ca_file() default "";

        /** Holds a bearer token; a path. */
        String webhook_token_file() default "";

        /** At most so many events in a batch. */
        int webhook_batch_max_size() default 400;

        /** So long a batch is waited for to fill up, in milliseconds. */
        long webhook_batch_max_wait() default 30_000;
    }

    private final AuditPolicy policy;
    private final Clock clock;
    private final List<Backend> backends;
    private final AuditMetrics metrics;

    /** Set once, while it is activated. */
    private Runnable hideMetrics = () -> {};

    @Activate
    public Audit(BundleContext context, Config config, @Reference Clock clock)
            throws IOException, GeneralSecurityException {
        this(config, clock, new AuditMetrics());
        ServiceRegistration<MetricSet> shown = metrics.set().publish(context, MetricSet.API_SERVER);
        hideMetrics = shown::unregister;
    }

    private Audit(Config config, Clock clock, AuditMetrics metrics)
            throws IOException, GeneralSecurityException {
        this(
                AuditPolicy.read(Files.readAllBytes(Path.of(config.policy_file()))),
                backends(config, clock, metrics),
                clock,
                metrics);
    }

    Audit(AuditPolicy policy, List<Backend> backends, Clock clock, AuditMetrics metrics) {
        this.metrics = metrics;
        this.policy = policy;
        this.backends = List.copyOf(backends);
        this.clock = clock;
    }

    private static List<Backend> backends(Config config, Clock clock, AuditMetrics metrics)
            throws IOException, GeneralSecurityException {
        List<Backend> backends = new ArrayList<>();
        if (!config.webhook_url().isEmpty()) {
            backends.add(
                    new QueuedBackend(
                            "webhook",
                            new Receiver(
                                    config.webhook_url(),
                                    config.webhook_ca_file(),
                                    config.webhook_token_file()),
                            CAPACITY,
                            config.webhook_batch_max_size(),
                            config.webhook_batch_max_wait(),
                            metrics.errorsOf("webhook")));
        }
        if (!config.log_path().isEmpty()) {
            backends.add(
                    new QueuedBackend(
                            "log",
                            new LogFile(
                                    Path.of(config.log_path()),
                                    config.log_maxsize() * MEGABYTE,
                                    config.log_maxbackup(),
                                    clock),
                            CAPACITY,
                            LOG_BATCH,
                            0,
                            metrics.errorsOf("log")));
        }
        if (backends.isEmpty()) {
            throw new IllegalArgumentException(
                    "log.path or webhook.url must say where audit events go");
        }
        return backends;
    }

    @Deactivate
    void deactivate() {
        hideMetrics.run();
        backends.forEach(Backend::close);
    }

    @Override
    public Trail begin(Asked asked) {
        AuditPolicy.Choice choice = policy.choose(asked);
        metrics.request(choice.level());
        if (choice.level() == Level.NONE) {
            return NO_TRAIL;
        }
        return new AuditTrail(asked, choice, clock, this::record);
    }

    private void record(byte[] event) {
        metrics.event();
        backends.forEach(backend -> backend.take(event));
    }
}
