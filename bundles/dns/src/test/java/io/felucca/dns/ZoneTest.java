package io.felucca.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.felucca.client.testing.FakeCluster;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZoneTest {
    private final FakeCluster cluster = new FakeCluster();
    private Zone zone;

    static Zone zone(FakeCluster cluster) {
        return new Zone(
                cluster.informers().of(Service.class),
                cluster.informers().of(EndpointSlice.class),
                cluster.informers().of(Namespace.class),
                new Zone.Settings("cluster.local", "10.96.0.10", "10.244.0.0/16", "10.96.0.0/12"),
                new Random(1));
    }

    @BeforeEach
    void fill() {
        cluster.with(
                new NamespaceBuilder().withNewMetadata().withName("shop").endMetadata().build());
        cluster.with(
                service("web", "10.96.7.7").build(),
                service("db", "None").build(),
                service("empty", "None").build(),
                new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("outer")
                        .endMetadata()
                        .withNewSpec()
                        .withType("ExternalName")
                        .withExternalName("Example.ORG.")
                        .endSpec()
                        .build(),
                new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("inner")
                        .endMetadata()
                        .withNewSpec()
                        .withType("ExternalName")
                        .withExternalName("web.shop.svc.cluster.local")
                        .endSpec()
                        .build());
        cluster.with(
                new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("db-x")
                        .addToLabels("kubernetes.io/service-name", "db")
                        .endMetadata()
                        .withAddressType("IPv4")
                        .addNewPort()
                        .withName("sql")
                        .withProtocol("TCP")
                        .withPort(5432)
                        .endPort()
                        .addNewEndpoint()
                        .withAddresses("10.244.0.5")
                        .withHostname("db-0")
                        .endEndpoint()
                        .addNewEndpoint()
                        .withAddresses("10.244.0.6")
                        .endEndpoint()
                        .addNewEndpoint()
                        .withAddresses("10.244.0.7")
                        .withNewConditions()
                        .withReady(false)
                        .endConditions()
                        .endEndpoint()
                        .build());
        zone = zone(cluster);
    }

    private static ServiceBuilder service(String name, String address) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withClusterIP(address)
                .addNewPort()
                .withName("http")
                .withProtocol("TCP")
                .withPort(80)
                .endPort()
                .endSpec();
    }

    @Test
    void serviceHasItsClusterAddress() {
        assertEquals(
                List.of("web.shop.svc.cluster.local A 10.96.7.7"),
                ask("web.shop.svc.cluster.local", RecordType.A));
    }

    @Test
    void headlessServiceHasItsReadyEndpoints() {
        assertEquals(
                List.of(
                        "db.shop.svc.cluster.local A 10.244.0.5",
                        "db.shop.svc.cluster.local A 10.244.0.6"),
                ask("db.shop.svc.cluster.local", RecordType.A));
        assertEquals(
                List.of("db-0.db.shop.svc.cluster.local A 10.244.0.5"),
                ask("db-0.db.shop.svc.cluster.local", RecordType.A));
        assertEquals(
                List.of("10-244-0-6.db.shop.svc.cluster.local A 10.244.0.6"),
                ask("10-244-0-6.db.shop.svc.cluster.local", RecordType.A));
    }

    @Test
    void namedPortIsAServiceRecord() {
        assertEquals(
                List.of("_http._tcp.web.shop.svc.cluster.local SRV 80 web.shop.svc.cluster.local"),
                ask("_http._tcp.web.shop.svc.cluster.local", RecordType.SRV));
        assertEquals(
                List.of(
                        "_sql._tcp.db.shop.svc.cluster.local SRV 5432"
                                + " 10-244-0-6.db.shop.svc.cluster.local",
                        "_sql._tcp.db.shop.svc.cluster.local SRV 5432"
                                + " db-0.db.shop.svc.cluster.local"),
                ask("_sql._tcp.db.shop.svc.cluster.local", RecordType.SRV));
        assertEquals(
                2,
                zone.answer("_sql._tcp.db.shop.svc.cluster.local", RecordType.SRV)
                        .orElseThrow()
                        .additional()
                        .size());
    }

    @Test
    void addressLeadsBackToItsName() {
        assertEquals(
                List.of("7.7.96.10.in-addr.arpa PTR web.shop.svc.cluster.local"),
                ask("7.7.96.10.in-addr.arpa", RecordType.PTR));
        assertEquals(
                List.of("5.0.244.10.in-addr.arpa PTR db-0.db.shop.svc.cluster.local"),
                ask("5.0.244.10.in-addr.arpa", RecordType.PTR));
        assertEquals(List.of("NO_SUCH_NAME"), ask("9.9.244.10.in-addr.arpa", RecordType.PTR));
        assertEquals(List.of("others"), ask("8.8.8.8.in-addr.arpa", RecordType.PTR));
    }

    @Test
    void podHasANameMadeOfItsAddress() {
        assertEquals(
                List.of("10-244-0-9.shop.pod.cluster.local A 10.244.0.9"),
                ask("10-244-0-9.shop.pod.cluster.local", RecordType.A));
        assertEquals(List.of("NO_SUCH_NAME"), ask("10-244-0-9.no.pod.cluster.local", RecordType.A));
    }

    @Test
    void nameWithoutRecordsOfTheTypeIsNotDenied() {
        assertEquals(List.of("NO_ERROR"), ask("web.shop.svc.cluster.local", RecordType.AAAA));
        assertEquals(List.of("NO_ERROR"), ask("shop.svc.cluster.local", RecordType.A));
        assertEquals(List.of("NO_ERROR"), ask("svc.cluster.local", RecordType.A));
        assertEquals(List.of("NO_ERROR"), ask("_tcp.web.shop.svc.cluster.local", RecordType.A));
    }

    @Test
    void nameThatIsNotThereIsDenied() {
        for (String name :
                List.of(
                        "no.shop.svc.cluster.local",
                        "no.svc.cluster.local",
                        "x.web.shop.svc.cluster.local",
                        "_no._tcp.web.shop.svc.cluster.local",
                        "empty.shop.svc.cluster.local",
                        "a.b.c.d.e.svc.cluster.local",
                        "web.cluster.local")) {
            assertEquals(List.of("NO_SUCH_NAME"), ask(name, RecordType.A), name);
        }
        assertEquals(List.of("others"), ask("example.org", RecordType.A));
    }

    @Test
    void aliasIsFollowedInsideTheClusterAndHandedOnOutside() {
        assertEquals(
                List.of(
                        "inner.shop.svc.cluster.local CNAME web.shop.svc.cluster.local",
                        "web.shop.svc.cluster.local A 10.96.7.7"),
                ask("inner.shop.svc.cluster.local", RecordType.A));
        assertEquals(
                "example.org",
                zone.answer("outer.shop.svc.cluster.local", RecordType.A)
                        .orElseThrow()
                        .unfinished());
    }

    @Test
    void versionAndApexAreKnown() {
        assertEquals(
                List.of("dns-version.cluster.local TXT 1.1.0"),
                ask("dns-version.cluster.local", RecordType.TXT));
        assertEquals(1, ask("cluster.local", RecordType.SOA).size());
        assertEquals(
                List.of("ns.dns.cluster.local A 10.96.0.10"),
                ask("ns.dns.cluster.local", RecordType.A));
    }

    @Test
    void changedServiceIsSeenAtOnce() {
        cluster.with(service("late", "10.96.8.8").build());
        assertEquals(
                List.of("late.shop.svc.cluster.local A 10.96.8.8"),
                ask("late.shop.svc.cluster.local", RecordType.A));
    }

    private List<String> ask(String name, int type) {
        Optional<Answer> answer = zone.answer(name, type);
        if (answer.isEmpty()) {
            return List.of("others");
        }
        if (answer.get().records().isEmpty()) {
            assertTrue(answer.get().authority().get(0).type() == RecordType.SOA);
            return List.of(answer.get().code().name());
        }
        Stream<String> texts = answer.get().records().stream().map(ZoneTest::text);
        return type == RecordType.A && answer.get().records().get(0).type() == RecordType.CNAME
                ? texts.toList()
                : texts.sorted().toList();
    }

    static String text(Resource one) {
        ByteBuffer data = ByteBuffer.wrap(one.data());
        return one.name()
                + switch (one.type()) {
                    case RecordType.A -> " A " + address(one.data());
                    case RecordType.CNAME -> " CNAME " + Names.read(data);
                    case RecordType.PTR -> " PTR " + Names.read(data);
                    case RecordType.TXT ->
                            " TXT "
                                    + new String(
                                            one.data(),
                                            1,
                                            one.data()[0],
                                            java.nio.charset.StandardCharsets.US_ASCII);
                    case RecordType.SRV ->
                            " SRV " + data.getShort(4) + " " + Names.read(data.position(6));
                    default -> " " + one.type();
                };
    }

    private static String address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
