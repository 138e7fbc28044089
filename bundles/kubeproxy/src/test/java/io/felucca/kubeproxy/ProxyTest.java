package io.felucca.kubeproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Client;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said to nft; whether that is right, {@link PacketTest} shows. */
class ProxyTest {
    private final FakeCluster cluster = new FakeCluster();
    private final List<List<String>> said = new ArrayList<>();
    private int failures;
    private Proxy proxy;

    @BeforeEach
    void start() {
        Informer<Service> services = cluster.informers().of(Service.class);
        Informer<EndpointSlice> slices = cluster.informers().of(EndpointSlice.class);
        proxy =
                new Proxy(
                        services,
                        slices,
                        cluster.events(),
                        Objects.SETTINGS,
                        this::hear,
                        new UdpFlows(List.of("true")));
        services.onChange(change -> proxy.changed(Key.of(change.latest())));
        slices.onChange(change -> Proxy.serviceOf(change.latest()).ifPresent(proxy::changed));
    }

    private void hear(List<String> commands) throws IOException {
        if (failures > 0) {
            failures--;
            throw new IOException("nft: no");
        }
        said.add(List.copyOf(commands));
    }

    private List<String> sync() throws IOException, InterruptedException {
        said.clear();
        proxy.sync();
        return said.isEmpty() ? List.of() : said.get(said.size() - 1);
    }

    @Test
    void changedEndpointIsOneElementLessAndOneMore() throws Exception {
        cluster.with(
                Objects.service("web", "10.96.0.20", "TCP").build(),
                Objects.slice("web", "TCP", "10.244.0.2", "10.244.0.3"));
        sync();
        cluster.with(Objects.slice("web", "TCP", "10.244.0.2", "10.244.0.4"));
        assertEquals(
                List.of(
                        "delete element ip felucca endpoints"
                                + " { 10.96.0.20 . tcp . 80 . 1 : 10.244.0.3 . 8080 }",
                        "delete element ip felucca hairpin { 10.244.0.3 . 10.244.0.3 }",
                        "add element ip felucca endpoints"
                                + " { 10.96.0.20 . tcp . 80 . 1 : 10.244.0.4 . 8080 }",
                        "add element ip felucca hairpin { 10.244.0.4 . 10.244.0.4 }"),
                sync());
    }

    @Test
    void newNumberOfEndpointsBringsItsChainOnce() throws Exception {
        cluster.with(Objects.service("web", "10.96.0.20", "TCP").build());
        sync();
        cluster.with(Objects.slice("web", "TCP", "10.244.0.2"));
        assertTrue(sync().contains("add chain ip felucca to_1"));
        cluster.with(
                Objects.service("more", "10.96.0.21", "TCP").build(),
                Objects.slice("more", "TCP", "10.244.0.2"));
        List<String> second = sync();
        assertTrue(second.stream().noneMatch(one -> one.contains("chain")), second::toString);
        assertTrue(
                second.contains(
                        "add element ip felucca services { 10.96.0.21 . tcp . 80 : goto to_1 }"),
                second::toString);
        // The pod is behind both, and the first one goes.
        cluster.of(Service.class).delete(new Key("default", "web"), Client.Deletion.PLAIN);
        assertTrue(sync().stream().noneMatch(one -> one.contains("hairpin")));
    }

    @Test
    void nothingIsSaidWhenNothingChanges() throws Exception {
        cluster.with(Objects.service("web", "10.96.0.20", "TCP").build());
        sync();
        cluster.with(
                Objects.service("web", "10.96.0.20", "TCP")
                        .editMetadata()
                        .addToLabels("a", "b")
                        .endMetadata()
                        .build());
        assertEquals(List.of(), sync());
    }

    @Test
    void afterAFailureEverythingIsSaidAgain() throws Exception {
        cluster.with(Objects.service("web", "10.96.0.20", "TCP").build());
        sync();
        cluster.with(Objects.slice("web", "TCP", "10.244.0.2"));
        failures = 1;
        assertThrows(IOException.class, this::sync);
        List<String> whole = sync();
        assertEquals("flush table ip felucca", whole.get(1));
        assertTrue(
                whole.contains(
                        "add element ip felucca services { 10.96.0.20 . tcp . 80 : goto to_1 }"));
    }

    @Test
    void headlessAliasAndForeignServicesGetNoRules() throws Exception {
        cluster.with(
                Objects.service("headless", "None", "TCP").build(),
                Objects.slice("headless", "TCP", "10.244.0.2"),
                Objects.service("alias", "10.96.0.1", "TCP")
                        .editSpec()
                        .withType("ExternalName")
                        .endSpec()
                        .build(),
                Objects.service("foreign", "10.96.0.2", "TCP")
                        .editMetadata()
                        .addToLabels("service.kubernetes.io/service-proxy-name", "other")
                        .endMetadata()
                        .build());
        assertTrue(sync().stream().noneMatch(one -> one.contains("element")));
    }

    @Test
    void sctpIsNotServedAndTheServiceSaysSoOnce() throws Exception {
        cluster.with(Objects.service("sctp", "10.96.0.3", "SCTP").build());
        sync();
        cluster.with(Objects.slice("sctp", "SCTP", "10.244.0.2"));
        assertEquals(List.of(), sync());
        assertEquals(
                List.of(
                        "Warning UnsupportedProtocol default/sctp: not served by this node:"
                                + " 80/SCTP"),
                cluster.recorded());
    }

    @Test
    void terminatingEndpointsServeOnlyWhereNoneIsReady() {
        var slice =
                Objects.sliceBuilder("web", "TCP")
                        .addNewEndpoint()
                        .withAddresses("10.244.0.2")
                        .withNodeName("node")
                        .withNewConditions(false, true, true)
                        .endEndpoint()
                        .addNewEndpoint()
                        .withAddresses("10.244.0.3")
                        .withNodeName("other")
                        .withNewConditions(true, true, false)
                        .endEndpoint()
                        .addNewEndpoint()
                        .withAddresses("10.244.0.4")
                        .withNodeName("node")
                        .withNewConditions(false, false, true)
                        .endEndpoint()
                        .build();
        Backends backends = Backends.of(List.of(slice), "web", "TCP", "node");
        assertEquals(List.of(new Endpoint("10.244.0.3", 8080, false)), backends.anywhere());
        assertEquals(List.of(new Endpoint("10.244.0.2", 8080, true)), backends.here());
        assertEquals(List.of(), Backends.of(List.of(slice), "other", "TCP", "node").anywhere());
    }

    @Test
    void rangesWithinOthersAreLeftOut() {
        assertEquals(
                List.of("10.0.0.0/8", "192.0.2.7/32"),
                Addresses.widest(List.of("10.0.0.0/8", "10.1.2.0/24", "192.0.2.7/32", "fd00::/8")));
    }

    @Test
    void flowsAreReadAndJudged() {
        List<UdpFlows.Flow> flows =
                UdpFlows.parse(
                        """
                        udp      17 29 src=10.244.0.9 dst=10.96.0.10 sport=5000 dport=53 src=10.244.0.2 dst=10.244.0.9 sport=1053 dport=5000 mark=0 use=1
                        udp      17 29 src=10.244.0.9 dst=10.96.0.10 sport=5001 dport=53 [UNREPLIED] src=10.96.0.10 dst=10.244.0.9 sport=53 dport=5001 mark=0 use=1
                        conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.
                        """);
        assertEquals(2, flows.size());
        assertEquals(new Frontend("10.96.0.10", "udp", 53), flows.get(0).to());
        var endpoints = java.util.Set.of(new Endpoint("10.244.0.2", 1053, true));
        assertEquals(
                List.of(false, true),
                flows.stream().map(f -> UdpFlows.stale(f, endpoints)).toList());
    }

    @Test
    void tablesNameIsCheckedBeforeItIsSaidToNft() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Settings("a; flush ruleset", "node", "1.2.3.4", "", ""));
    }
}
