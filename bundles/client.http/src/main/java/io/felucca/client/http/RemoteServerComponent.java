package io.felucca.client.http;

import io.felucca.apiserver.api.ApiServer;
import io.felucca.http.api.HttpHandler;
import io.felucca.http.api.TlsIdentity;
import io.felucca.pki.api.ClusterTrust;
import io.felucca.pki.api.ClusterTrust.Issued;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Publishes the server that a kubeconfig names. Where that file has a serving certificate for the
 * node too, it also publishes the {@link TlsIdentity} of the listener {@code kubelet} and the
 * {@link ClusterTrust} by which the kubelet knows the server's client certificate.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.felucca.apiserver.api.ApiServer\"",
        effective = "active")
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
        configurationPid = "io.felucca.client.http",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RemoteServerComponent {
    /** More than the minute between two bookmarks, so that a live watch is never silent. */
    private static final long SILENCE_SECONDS = 150;

    /** Where the kubeconfig lies. */
    @interface Config {
        String kubeconfig();
    }

    private final Transport transport;
    private final RemoteApiServer server;
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final ScheduledExecutorService timer;

    @Activate
    public RemoteServerComponent(BundleContext context, Config config)
            throws IOException, GeneralSecurityException {
        Kubeconfig kubeconfig = Kubeconfig.read(Path.of(config.kubeconfig()));
        transport = new Transport(kubeconfig);
        server = new RemoteApiServer(transport);
        timer = Executors.newSingleThreadScheduledExecutor(RemoteServerComponent::thread);
        var unused =
                timer.scheduleWithFixedDelay(
                        server::endSilentWatches,
                        SILENCE_SECONDS,
                        SILENCE_SECONDS,
                        TimeUnit.SECONDS);
        if (kubeconfig.serving().isPresent()) {
            X509Certificate authority = Pem.certificates(kubeconfig.authorityPem()).get(0);
            Issued serving = kubeconfig.serving().get();
            services.add(
                    context.registerService(
                            TlsIdentity.class,
                            new Identity(serving.key(), serving.chain(), List.of(authority)),
                            FrameworkUtil.asDictionary(Map.of(HttpHandler.LISTENER, "kubelet"))));
            services.add(
                    context.registerService(
                            ClusterTrust.class,
                            new NodeTrust(authority, kubeconfig.authorityPem()),
                            null));
        }
        services.add(context.registerService(ApiServer.class, server, null));
    }

    @Deactivate
    void deactivate() {
        services.forEach(ServiceRegistration::unregister);
        timer.shutdownNow();
        server.close();
        transport.close();
    }

    private static Thread thread(Runnable task) {
        Thread thread = Executors.defaultThreadFactory().newThread(task);
        thread.setName("client-http-timer");
        thread.setDaemon(true);
        return thread;
    }

    private record Identity(
            PrivateKey privateKey,
            List<X509Certificate> certificateChain,
            List<X509Certificate> clientAuthorities)
            implements TlsIdentity {}
}
