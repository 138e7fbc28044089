package io.felucca.http;

import io.felucca.http.api.HttpHandler;
import io.felucca.http.api.HttpListener;
import io.felucca.http.api.TlsIdentity;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A listener as it is configured: one per file {@code etc/io.felucca.http.listener-NAME.cfg}. Its
 * identity and handlers are the services whose property {@link HttpHandler#LISTENER} is its name.
 */
@Component(
        service = {},
        configurationPid = "io.felucca.http.listener",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ListenerComponent.Config.class, factory = true)
public final class ListenerComponent {

    /** The file's keys, with dots for the underscores. */
    @ObjectClassDefinition(name = "Felucca HTTP listener")
    public @interface Config {
        @AttributeDefinition(description = "The listener's name, for its services to refer to")
        String name();

        @AttributeDefinition(description = "IP addresses, separated by commas; no host names")
        String[] addresses();

        @AttributeDefinition(description = "TCP port; 0 takes a free one")
        int port();

        int max_uri_bytes() default 32 << 10;

        int max_header_bytes() default 64 << 10;

        int max_connections() default 10_000;

        @AttributeDefinition(description = "For the handshake, and for a request's headers")
        long head_timeout_millis() default 10_000;

        @AttributeDefinition(description = "For a request's whole body")
        long body_timeout_millis() default 60_000;

        @AttributeDefinition(description = "How long a client may take none of its answer")
        long stall_timeout_millis() default 30_000;

        @AttributeDefinition(description = "How long a connection may have no request")
        long idle_timeout_millis() default 120_000;

        @AttributeDefinition(description = "Requests that wait while no handler is there")
        int max_parked() default 1000;

        @AttributeDefinition(description = "How long they wait before they get 503")
        long park_millis() default 2000;

        @AttributeDefinition(description = "How long a departure waits for requests in flight")
        long drain_millis() default 5000;
    }

    private final Server server;
    private final ServiceRegistration<HttpListener> registration;
    private final ServiceTracker<HttpHandler, HttpHandler> handlers;
    private final ServiceTracker<TlsIdentity, TlsIdentity> identities;

    @Activate
    public ListenerComponent(
            BundleContext context,
            Config config,
            @Reference Clock clock,
            @Reference EventLoops loops)
            throws InvalidSyntaxException {
        String name = config.name();
        server =
                new Server(
                        name,
                        addresses(config.addresses(), config.port()),
                        limits(config),
                        loops.group(),
                        clock);
        registration =
                context.registerService(
                        HttpListener.class,
                        server,
                        FrameworkUtil.asDictionary(Map.of(HttpHandler.LISTENER, name)));
        handlers = new HandlerTracker(context, name);
        identities = new IdentityTracker(context, name);
        handlers.open();
        identities.open();
    }

    /** The listener closes before its handlers are let go, so that these finish what they have. */
    @Deactivate
    void close() {
        registration.unregister();
        identities.close();
        server.close();
        handlers.close();
    }

    /**
     * @throws IllegalArgumentException if one is not an IP address, or there is none
     */
    static List<InetSocketAddress> addresses(String[] configured, int port) {
        List<InetSocketAddress> result = new ArrayList<>();
        for (String line : configured) {
            // A .cfg file gives the whole list as one string.
            for (String each : line.split(",", -1)) {
                if (!each.isBlank()) {
                    result.add(new InetSocketAddress(address(each.strip()), port));
                }
            }
        }
        if (result.isEmpty()) {
            throw new IllegalArgumentException("addresses: at least one IP address is needed");
        }
        return result;
    }

    private static InetAddress address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            throw new IllegalArgumentException("addresses: not an IP address: " + text);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("addresses: not an IP address: " + text, e);
        }
    }

    private static Limits limits(Config config) {
        return new Limits(
                config.max_uri_bytes(),
                config.max_header_bytes(),
                config.max_connections(),
                config.head_timeout_millis(),
                config.body_timeout_millis(),
                config.stall_timeout_millis(),
                config.idle_timeout_millis(),
                config.max_parked(),
                config.park_millis(),
                config.drain_millis());
    }

    private static String filter(Class<?> type, String listener) {
        String escaped =
                listener.replace("\\", "\\\\")
                        .replace("(", "\\(")
                        .replace(")", "\\)")
                        .replace("*", "\\*");
        return "(&("
                + Constants.OBJECTCLASS
                + "="
                + type.getName()
                + ")("
                + HttpHandler.LISTENER
                + "="
                + escaped
                + "))";
    }

    private static int ranking(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking
                ? ranking
                : 0;
    }

    private final class HandlerTracker extends ServiceTracker<HttpHandler, HttpHandler> {
        HandlerTracker(BundleContext context, String listener) throws InvalidSyntaxException {
            super(context, context.createFilter(filter(HttpHandler.class, listener)), null);
        }

        @Override
        public HttpHandler addingService(ServiceReference<HttpHandler> reference) {
            HttpHandler handler = super.addingService(reference);
            if (handler != null) {
                long id = (Long) reference.getProperty(Constants.SERVICE_ID);
                server.handlers().add(handler, ranking(reference), id);
            }
            return handler;
        }

        @Override
        public void removedService(ServiceReference<HttpHandler> reference, HttpHandler handler) {
            server.handlers().remove(handler);
            super.removedService(reference, handler);
        }
    }

    /** Whichever came last with the highest ranking is taken; a departure changes nothing. */
    private final class IdentityTracker extends ServiceTracker<TlsIdentity, TlsIdentity> {
        private int highest = Integer.MIN_VALUE;

        IdentityTracker(BundleContext context, String listener) throws InvalidSyntaxException {
            super(context, context.createFilter(filter(TlsIdentity.class, listener)), null);
        }

        @Override
        public TlsIdentity addingService(ServiceReference<TlsIdentity> reference) {
            TlsIdentity identity = super.addingService(reference);
            if (identity != null) {
                take(identity, ranking(reference));
            }
            return identity;
        }

        private synchronized void take(TlsIdentity identity, int ranking) {
            if (size() == 0 || ranking >= highest) {
                highest = ranking;
                server.identity(identity);
            }
        }
    }
}
