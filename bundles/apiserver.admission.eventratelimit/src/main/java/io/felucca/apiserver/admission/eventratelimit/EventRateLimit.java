package io.felucca.apiserver.admission.eventratelimit;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Refuses events beyond the configured rates with 429, so that a storm of them takes neither the
 * store nor other clients' turns. Off unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=EventRateLimit",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = EventRateLimit.Config.class)
public final class EventRateLimit implements AdmissionPlugin {
    private static final GroupResource CORE = new GroupResource("", "events");
    private static final GroupResource EVENTS = new GroupResource("events.k8s.io", "events");

    private final List<Limit> limits;
    private final Clock clock;

    /** Upstream's configuration, an entry for each limit. */
    @ObjectClassDefinition(name = "Felucca admission EventRateLimit")
    public @interface Config {
        /**
         * {@code Type:qps=N,burst=N,cacheSize=N} with the type Server, Namespace, User or
         * SourceAndObject; cacheSize is how many keys are told apart (4096).
         */
        String[] limits();
    }

    @Activate
    public EventRateLimit(Config config, @Reference Clock clock) {
        this(clock, config.limits());
    }

    EventRateLimit(Clock clock, String... limits) {
        if (limits == null || limits.length == 0) {
            throw new IllegalArgumentException(
                    "limits: at least one is needed, such as Namespace:qps=50,burst=100");
        }
        this.limits = Arrays.stream(limits).map(Limit::parse).toList();
        this.clock = clock;
    }

    @Override
    public void validate(Request request) {
        boolean event =
                request.is(CORE, Operation.CREATE, Operation.UPDATE)
                        || request.is(EVENTS, Operation.CREATE, Operation.UPDATE);
        if (!event || request.dryRun()) {
            return;
        }
        long now = clock.millis();
        // Each limit counts it, whatever the others say.
        List<String> reached =
                limits.stream()
                        .map(limit -> limit.count(request, now))
                        .filter(Objects::nonNull)
                        .toList();
        if (!reached.isEmpty()) {
            String why =
                    reached.size() == 1 ? reached.get(0) : "[" + String.join(", ", reached) + "]";
            throw ApiException.of(StatusReason.TooManyRequests, "Too many requests: " + why);
        }
    }
}
