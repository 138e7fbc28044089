package io.felucca.pki;

import io.felucca.http.api.HttpHandler;
import io.felucca.http.api.TlsIdentity;
import io.felucca.pki.api.ClusterTrust;
import io.felucca.pki.api.ClusterTrust.Issued;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes {@link ClusterTrust} and, for the listeners {@code apiserver} and {@code kubelet}, a
 * {@link TlsIdentity} each; looks twice a day whether one is due for renewal.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.felucca.pki.api.ClusterTrust\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.felucca.http.api.TlsIdentity\"",
        effective = "active")
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class PkiComponent {
    private static final Logger LOG = LoggerFactory.getLogger(PkiComponent.class);
    private static final long RENEWAL_CHECK_HOURS = 12;

    /** What of the cluster's configuration is used here; {@code admin.kubeconfig} is a path. */
    @interface Config {
        String data_dir();

        String run_dir();

        String admin_kubeconfig() default "";

        String node_name();

        String node_ip();

        int api_port() default 6443;

        String service_cidr() default "10.96.0.0/12";

        String cluster_domain() default "cluster.local";
    }

    private final BundleContext context;
    private final ClusterPki pki;
    private final ScheduledExecutorService renewals;
    private final ScheduledFuture<?> renewal;
    private final List<ServiceRegistration<?>> identities = new ArrayList<>();
    private final ServiceRegistration<ClusterTrust> trust;
    private ClusterPki.Certificates published;

    @Activate
    public PkiComponent(BundleContext context, Config config, @Reference Clock clock) {
        this.context = context;
        this.pki = new ClusterPki(layout(config), clock);
        ClusterPki.Certificates certificates = pki.renew();
        this.trust = context.registerService(ClusterTrust.class, pki, null);
        publish(certificates);
        this.renewals =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = Executors.defaultThreadFactory().newThread(task);
                            thread.setName("pki-renewal");
                            thread.setDaemon(true);
                            return thread;
                        });
        this.renewal =
                renewals.scheduleWithFixedDelay(
                        this::renew, RENEWAL_CHECK_HOURS, RENEWAL_CHECK_HOURS, TimeUnit.HOURS);
    }

    @Deactivate
    void deactivate() {
        renewal.cancel(false);
        renewals.shutdownNow();
        synchronized (this) {
            identities.forEach(ServiceRegistration::unregister);
            identities.clear();
        }
        trust.unregister();
    }

    static ClusterPki.Layout layout(Config config) {
        Path kubeconfig =
                config.admin_kubeconfig().isEmpty()
                        ? Path.of(config.run_dir(), "admin.kubeconfig")
                        : Path.of(config.admin_kubeconfig());
        return new ClusterPki.Layout(
                Path.of(config.data_dir()),
                kubeconfig,
                "https://127.0.0.1:" + config.api_port(),
                config.node_name(),
                ServingNames.ofApiServer(
                        config.node_name(),
                        config.node_ip(),
                        config.service_cidr(),
                        config.cluster_domain()),
                ServingNames.ofKubelet(config.node_name(), config.node_ip()));
    }

    private void renew() {
        try {
            publish(pki.renew());
        } catch (PkiException e) {
            // The certificates in force go on for weeks; the next look may succeed.
            LOG.error("Certificates could not be renewed: {}", e.getMessage());
        }
    }

    private synchronized void publish(ClusterPki.Certificates now) {
        if (published != null
                && published.apiServer().chain().equals(now.apiServer().chain())
                && published.kubeletServing().chain().equals(now.kubeletServing().chain())) {
            return;
        }
        List<ServiceRegistration<?>> before = List.copyOf(identities);
        identities.clear();
        // Clients send a certificate only where its authority is named.
        identities.add(
                register(
                        "apiserver",
                        now.apiServer(),
                        List.of(pki.authority(), pki.frontProxyAuthority())));
        identities.add(register("kubelet", now.kubeletServing(), List.of(pki.authority())));
        published = now;
        // Only now, so that no listener is ever without an identity.
        before.forEach(ServiceRegistration::unregister);
    }

    private ServiceRegistration<TlsIdentity> register(
            String listener, Issued issued, List<X509Certificate> clientAuthorities) {
        return context.registerService(
                TlsIdentity.class,
                new Identity(issued.key(), issued.chain(), clientAuthorities),
                FrameworkUtil.asDictionary(Map.of(HttpHandler.LISTENER, listener)));
    }

    private record Identity(
            PrivateKey privateKey,
            List<X509Certificate> certificateChain,
            List<X509Certificate> clientAuthorities)
            implements TlsIdentity {}
}
