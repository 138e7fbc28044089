package io.felucca.kubeproxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the table to what the services and their endpoints want: wholly the first time and after a
 * failure, by changed elements otherwise. {@link #changed} may be called from any thread, {@link
 * #sync} from one at a time.
 */
final class Proxy {
    static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);
    private static final String BY_SERVICE = "service";

    /** Applies commands of nft, all or none. */
    interface Kernel {
        void apply(List<String> commands) throws IOException, InterruptedException;
    }

    private final Lister<Service> services;
    private final Lister<EndpointSlice> slices;
    private final EventRecorder events;
    private final Settings settings;
    private final Kernel kernel;
    private final UdpFlows flows;
    private final Table table;
    private final Elements elements = new Elements();
    private final Map<String, Chain> chains = new LinkedHashMap<>();
    private final Map<Key, Set<Frontend>> udp = new HashMap<>();
    private final Set<Key> complained = new HashSet<>();
    private final Set<Key> dirty = new LinkedHashSet<>();
    private boolean listed;
    private boolean whole = true;

    Proxy(
            Informer<Service> services,
            Informer<EndpointSlice> slices,
            EventRecorder events,
            Settings settings,
            Kernel kernel,
            UdpFlows flows) {
        this.services = services;
        this.slices = slices.index(BY_SERVICE, Proxy::serviceNames);
        this.events = events;
        this.settings = settings;
        this.kernel = kernel;
        this.flows = flows;
        this.table = new Table(settings);
    }

    /** The service that a slice belongs to, as {@code namespace/name}. */
    static Optional<Key> serviceOf(EndpointSlice slice) {
        return Optional.ofNullable(Selectors.labels(slice).get(SERVICE_LABEL))
                .map(name -> new Key(slice.getMetadata().getNamespace(), name));
    }

    private static Collection<String> serviceNames(EndpointSlice slice) {
        return serviceOf(slice).map(Key::toString).stream().toList();
    }

    /** Remembers that a service has to be looked at. */
    void changed(Key service) {
        synchronized (dirty) {
            dirty.add(service);
        }
    }

    /** Whether the next {@link #sync} writes everything; of its thread. */
    boolean isWhole() {
        return whole;
    }

    /**
     * Looks at all services that have changed.
     *
     * @return how many those were
     * @throws IOException if the kernel did not take it; nothing is forgotten, call again
     */
    int sync() throws IOException, InterruptedException {
        if (!listed) {
            services.list().forEach(service -> changed(Key.of(service)));
            listed = true;
        }
        Set<Key> keys = takeDirty();
        Map<Key, ServiceRules> rules = new LinkedHashMap<>();
        try {
            keys.forEach(key -> rules.put(key, rules(key)));
        } catch (RuntimeException e) {
            // Nothing has been changed yet, so all of them stand as before.
            keys.forEach(this::changed);
            throw e;
        }
        if (rules.isEmpty() && !whole) {
            return 0;
        }
        Map<Key, Set<Element>> wanted = new LinkedHashMap<>();
        rules.forEach((key, one) -> wanted.put(key, one.elements()));
        Elements.Change change = elements.replace(wanted);
        List<Chain> fresh = new ArrayList<>();
        for (ServiceRules one : rules.values()) {
            for (Chain chain : one.chains()) {
                if (chains.putIfAbsent(chain.name(), chain) == null) {
                    fresh.add(chain);
                }
            }
        }
        try {
            apply(fresh, change);
        } catch (IOException e) {
            whole = true;
            keys.forEach(this::changed);
            throw e;
        }
        endStaleFlows(rules);
        return rules.size();
    }

    private void apply(List<Chain> fresh, Elements.Change change)
            throws IOException, InterruptedException {
        if (!whole) {
            if (!fresh.isEmpty() || !change.isEmpty()) {
                kernel.apply(table.update(fresh, change));
            }
            return;
        }
        try {
            kernel.apply(table.whole(chains.values(), elements.all(), false));
        } catch (IOException e) {
            LOG.warn("the table that is there is replaced: {}", e.getMessage());
            kernel.apply(table.whole(chains.values(), elements.all(), true));
        }
        whole = false;
    }

    private Set<Key> takeDirty() {
        synchronized (dirty) {
            Set<Key> keys = new LinkedHashSet<>(dirty);
            dirty.clear();
            return keys;
        }
    }

    private ServiceRules rules(Key key) {
        Optional<Service> service = services.get(key);
        if (service.isEmpty()) {
            complained.remove(key);
            return ServiceRules.NONE;
        }
        ServiceRules rules =
                ServiceRules.of(
                        service.get(), slices.byIndex(BY_SERVICE, key.toString()), settings);
        if (!rules.unsupported().isEmpty() && complained.add(key)) {
            events.warning(
                    service.get(),
                    "UnsupportedProtocol",
                    "not served by this node: " + String.join(", ", rules.unsupported()));
        }
        return rules;
    }

    private void endStaleFlows(Map<Key, ServiceRules> rules)
            throws IOException, InterruptedException {
        Set<Frontend> gone = new HashSet<>();
        Map<Frontend, Set<Endpoint>> now = new HashMap<>();
        rules.forEach(
                (key, one) -> {
                    Set<Frontend> before = udp.getOrDefault(key, Set.of());
                    gone.addAll(before);
                    now.putAll(one.udp());
                });
        gone.removeAll(now.keySet());
        flows.changed(gone, now);
        rules.forEach(
                (key, one) -> {
                    if (one.udp().isEmpty()) {
                        udp.remove(key);
                    } else {
                        udp.put(key, Set.copyOf(one.udp().keySet()));
                    }
                });
    }
}
