package io.felucca.kubelet.cri;

import java.nio.file.Path;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/** Offers the configured runtime as a {@link Cri} service. */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=io.felucca.kubelet.cri.Cri")
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CriComponent {
    private final GrpcCri cri;
    private final ServiceRegistration<Cri> registration;

    /** Where the runtime listens. */
    public @interface Config {
        String containerd_socket() default "/run/containerd/containerd.sock";
    }

    @Activate
    public CriComponent(BundleContext context, Config config) {
        cri = GrpcCri.connect(Path.of(config.containerd_socket()));
        registration =
                context.registerService(
                        Cri.class,
                        cri,
                        FrameworkUtil.asDictionary(
                                Map.of("cri.socket", config.containerd_socket())));
    }

    @Deactivate
    void deactivate() {
        registration.unregister();
        cri.close();
    }
}
