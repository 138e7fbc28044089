package io.felucca.clock;

import java.time.Clock;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/** Publishes the host's UTC clock as the {@link Clock} service; nobody else asks the host. */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=java.time.Clock")
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class SystemClock implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        context.registerService(
                Clock.class, Clock.systemUTC(), FrameworkUtil.asDictionary(Map.of("zone", "UTC")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
