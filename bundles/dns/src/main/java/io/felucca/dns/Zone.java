package io.felucca.dns;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import io.felucca.client.api.Selectors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What the cluster knows: names of services, endpoints and pods, and the way back from addresses.
 * Thread-safe. While the informers are not synced, asking throws an {@link
 * io.felucca.machinery.ApiException}.
 */
final class Zone {
    private static final String VERSION = "1.1.0";
    private static final int MAX_ALIASES = 8;
    private static final String BY_SERVICE = "service";
    private static final String BY_ADDRESS = "address";

    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Informer<Namespace> namespaces;
    private final Settings settings;
    private final Random random;

    /**
     * @param domain such as {@code cluster.local}
     * @param dnsAddress of this server's Service
     */
    record Settings(String domain, String dnsAddress, String podCidr, String serviceCidr) {}

    Zone(
            Informer<Service> services,
            Informer<EndpointSlice> slices,
            Informer<Namespace> namespaces,
            Settings settings,
            Random random) {
        this.services = services.index(BY_ADDRESS, Zone::clusterAddresses);
        this.slices =
                slices.index(BY_SERVICE, Zone::serviceOf).index(BY_ADDRESS, Zone::addressesOf);
        this.namespaces = namespaces;
        this.settings = settings;
        this.random = random;
    }

    boolean synced() {
        return services.synced() && slices.synced() && namespaces.synced();
    }

    /** Empty if the name is none of the cluster's. */
    Optional<Answer> answer(String name, int type) {
        if (name.equals(settings.domain()) || name.endsWith("." + settings.domain())) {
            return Optional.of(inDomain(name, type, 0));
        }
        return Reverse.address(name).flatMap(address -> reverse(name, address, type));
    }

    private Answer inDomain(String name, int type, int aliases) {
        if (name.equals(settings.domain())) {
            return apex(name, type);
        }
        String rest = name.substring(0, name.length() - settings.domain().length() - 1);
        String[] labels = rest.split("\\.", -1);
        int last = labels.length - 1;
        return switch (labels[last]) {
            case "svc" -> inServices(name, labels, type, aliases);
            case "pod" -> inPods(name, labels, type);
            case "dns" -> nameServer(name, labels, type);
            case "dns-version" ->
                    last == 0 ? only(List.of(Resource.text(name, VERSION)), type) : noSuchName();
            default -> noSuchName();
        };
    }

    private Answer apex(String name, int type) {
        return only(
                List.of(authority(name), Resource.nameServer(name, "ns.dns." + settings.domain())),
                type);
    }

    private Answer nameServer(String name, String[] labels, int type) {
        if (labels.length == 1) {
            return nothing();
        }
        return labels.length == 2 && labels[0].equals("ns")
                ? only(List.of(Resource.address(name, settings.dnsAddress())), type)
                : noSuchName();
    }

    private Answer inServices(String name, String[] labels, int type, int aliases) {
        int above = labels.length - 1;
        if (above == 0) {
            return nothing();
        }
        String namespace = labels[above - 1];
        if (above == 1) {
            return namespace(namespace);
        }
        Optional<Service> service = services.get(new Key(namespace, labels[above - 2]));
        if (service.isEmpty() || above > 4) {
            return noSuchName();
        }
        ServiceRecords records =
                new ServiceRecords(
                        service.get(),
                        slices.byIndex(BY_SERVICE, Key.of(service.get()).toString()),
                        settings.domain());
        if (above == 2) {
            return records.external().isPresent()
                    ? alias(name, records.external().get(), type, aliases)
                    : service(records, name, type);
        }
        if (above == 4) {
            return ports(records, name, labels[0], labels[1], type);
        }
        if (labels[0].equals("_tcp") || labels[0].equals("_udp")) {
            return nothing();
        }
        return addresses(records.endpoint(name, labels[0]), type);
    }

    private Answer service(ServiceRecords records, String name, int type) {
        if (type == RecordType.SRV) {
            return ports(records, name, "", "", type);
        }
        List<Resource> all = new ArrayList<>(records.addresses(name));
        Collections.shuffle(all, random);
        // A headless service without endpoints is not there, says the specification.
        return records.headless() ? addresses(all, type) : only(all, type);
    }

    private Answer ports(
            ServiceRecords records, String name, String port, String protocol, int type) {
        List<Resource> found = records.ports(name, port, protocol);
        if (found.isEmpty()) {
            return noSuchName();
        }
        return type == RecordType.SRV || type == RecordType.ANY
                ? Answer.of(found, records.targets(found))
                : nothing();
    }

    private Answer alias(String name, String target, int type, int aliases) {
        List<Resource> records = new ArrayList<>();
        records.add(Resource.alias(name, target));
        if (type == RecordType.CNAME || aliases == MAX_ALIASES) {
            return Answer.of(records);
        }
        if (!target.endsWith("." + settings.domain())) {
            return new Answer(ResponseCode.NO_ERROR, records, List.of(), List.of(), target);
        }
        Answer behind = inDomain(target, type, aliases + 1);
        records.addAll(behind.records());
        return new Answer(
                behind.code(),
                records,
                behind.authority(),
                behind.additional(),
                behind.unfinished());
    }

    private Answer inPods(String name, String[] labels, int type) {
        int above = labels.length - 1;
        if (above == 0) {
            return nothing();
        }
        if (above == 1 || above > 2) {
            return above == 1 ? namespace(labels[0]) : noSuchName();
        }
        // Any address has a name in any namespace that exists, as everywhere.
        String address = labels[0].replace('-', '.');
        return Reverse.number(address) < 0 || namespaces.get(Key.clusterScoped(labels[1])).isEmpty()
                ? noSuchName()
                : only(List.of(Resource.address(name, address)), type);
    }

    private Answer namespace(String name) {
        return namespaces.get(Key.clusterScoped(name)).isPresent() ? nothing() : noSuchName();
    }

    private Optional<Answer> reverse(String name, String address, int type) {
        List<Resource> found = new ArrayList<>();
        for (Service service : services.byIndex(BY_ADDRESS, address)) {
            found.add(Resource.pointer(name, serviceName(Key.of(service))));
        }
        if (found.isEmpty()) {
            for (EndpointSlice slice : slices.byIndex(BY_ADDRESS, address)) {
                for (String service : serviceOf(slice)) {
                    endpointName(slice, address)
                            .map(host -> host + "." + serviceName(key(service)))
                            .ifPresent(target -> found.add(Resource.pointer(name, target)));
                }
            }
        }
        if (!found.isEmpty()) {
            return Optional.of(only(found, type));
        }
        return Reverse.within(address, settings.serviceCidr())
                        || Reverse.within(address, settings.podCidr())
                ? Optional.of(negative(ResponseCode.NO_SUCH_NAME, Reverse.ZONE))
                : Optional.empty();
    }

    private static Optional<String> endpointName(EndpointSlice slice, String address) {
        return slice.getEndpoints().stream()
                .filter(one -> one.getAddresses().contains(address))
                .filter(ServiceRecords::ready)
                .map(one -> ServiceRecords.hostname(one, address))
                .findFirst();
    }

    private String serviceName(Key key) {
        return key.name() + "." + key.namespace() + ".svc." + settings.domain();
    }

    private static Key key(String text) {
        int slash = text.indexOf('/');
        return new Key(text.substring(0, slash), text.substring(slash + 1));
    }

    private static Collection<String> clusterAddresses(Service service) {
        return ServiceRecords.clusterAddresses(service);
    }

    private static Collection<String> serviceOf(EndpointSlice slice) {
        String name = Selectors.labels(slice).get("kubernetes.io/service-name");
        return name == null ? List.of() : List.of(slice.getMetadata().getNamespace() + "/" + name);
    }

    private static Collection<String> addressesOf(EndpointSlice slice) {
        return slice.getEndpoints().stream()
                .flatMap(one -> one.getAddresses().stream())
                .distinct()
                .toList();
    }

    /** The records of the type that was asked for; a name that exists without any gives none. */
    private Answer only(List<Resource> records, int type) {
        List<Resource> fitting =
                records.stream()
                        .filter(one -> type == RecordType.ANY || one.type() == type)
                        .toList();
        return fitting.isEmpty() ? nothing() : Answer.of(fitting);
    }

    private Answer addresses(List<Resource> records, int type) {
        return records.isEmpty() ? noSuchName() : only(records, type);
    }

    private Answer nothing() {
        return negative(ResponseCode.NO_ERROR, settings.domain());
    }

    private Answer noSuchName() {
        return negative(ResponseCode.NO_SUCH_NAME, settings.domain());
    }

    private Answer negative(ResponseCode code, String zone) {
        return new Answer(code, List.of(), List.of(authority(zone)), List.of(), null);
    }

    private Resource authority(String zone) {
        return Resource.authority(
                zone, settings.domain(), (int) Math.max(services.revision(), slices.revision()));
    }
}
