package io.felucca.kubeproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real packets: a node with two pods and a machine outside, each in a network namespace of its own.
 * Needs root and says so where it is skipped.
 */
@Tag("other-programs")
class PacketTest {
    private static final String VIP = "10.96.0.20";
    private static final String POD_1 = "10.244.0.2";
    private static final String POD_2 = "10.244.0.3";
    private static final String NODE = "192.168.77.1";
    private static final String OUTSIDE = "192.168.77.2";

    private static final Namespaces WORLD = new Namespaces();
    private static final ScheduledExecutorService TIMER =
            Executors.newSingleThreadScheduledExecutor();

    private final FakeCluster cluster = new FakeCluster();
    private final Nft nft = new Nft(WORLD.inside("node", "nft"), TIMER);
    private Proxy proxy;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                WORLD.possible(), "SKIPPED: packets need root and network namespaces");
        for (String one : List.of("node", "pod1", "pod2", "outside")) {
            WORLD.add(one);
        }
        // The machine outside is also the node's way out, which a redirect would tell it.
        WORLD.in("node", "sh", "-c", "echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects");
        WORLD.in("node", "sh", "-c", "echo 0 > /proc/sys/net/ipv4/conf/default/send_redirects");
        WORLD.link("node", "10.244.0.1/32", "pod1", POD_1 + "/24");
        WORLD.link("node", "10.244.0.1/32", "pod2", POD_2 + "/24");
        WORLD.link("node", NODE + "/24", "outside", OUTSIDE + "/24");
        for (String pod : List.of("pod1", "pod2")) {
            String address = pod.equals("pod1") ? POD_1 : POD_2;
            WORLD.in("node", "ip", "route", "add", address, "dev", "to-" + pod);
            // As the ptp plugin does it: everything goes to the node.
            WORLD.in(pod, "ip", "route", "flush", "dev", "to-node");
            WORLD.in(pod, "ip", "route", "add", "10.244.0.1", "dev", "to-node");
            WORLD.in(pod, "ip", "route", "add", "default", "via", "10.244.0.1", "dev", "to-node");
        }
        WORLD.in("node", "ip", "route", "add", "default", "via", OUTSIDE);
        WORLD.in("outside", "ip", "route", "add", "10.96.0.0/12", "via", NODE);
        WORLD.in("node", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        WORLD.in("node", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet");
        WORLD.peer("node", NODE);
        WORLD.peer("pod1", POD_1);
        WORLD.peer("pod2", POD_2);
        WORLD.peer("outside", OUTSIDE);
        WORLD.awaitPeers();
        WORLD.awaitLinks();
    }

    @AfterAll
    static void remove() throws IOException, InterruptedException {
        WORLD.close();
        TIMER.shutdownNow();
    }

    @BeforeEach
    void newProxy() {
        Informer<Service> services = cluster.informers().of(Service.class);
        Informer<EndpointSlice> slices = cluster.informers().of(EndpointSlice.class);
        proxy =
                new Proxy(
                        services,
                        slices,
                        cluster.events(),
                        Objects.SETTINGS,
                        nft::apply,
                        new UdpFlows(WORLD.inside("node", "conntrack")));
        services.onChange(change -> proxy.changed(Key.of(change.latest())));
        slices.onChange(change -> Proxy.serviceOf(change.latest()).ifPresent(proxy::changed));
    }

    @AfterEach
    void closeNft() {
        nft.close();
    }

    private void apply(HasMetadata... objects) throws IOException, InterruptedException {
        cluster.with(objects);
        proxy.sync();
    }

    @Test
    void clusterAddressIsReachedFromPodAndNodeOverTcpAndUdp() throws Exception {
        apply(
                Objects.service("web", VIP, "TCP").build(),
                Objects.slice("web", "TCP", POD_2),
                Objects.service("names", "10.96.0.21", "UDP").build(),
                Objects.slice("names", "UDP", POD_2));
        assertEquals("pod2 saw " + POD_1, ask("pod1", "tcp " + VIP + " 80"));
        assertEquals("pod2 saw " + POD_1, ask("pod1", "udp 10.96.0.21 80"));
        assertEquals("pod2", who(ask("node", "tcp " + VIP + " 80")));
        assertEquals("pod2", who(ask("node", "udp 10.96.0.21 80")));
        // The answer must find its way back through the node.
        assertEquals("pod2 saw 10.244.0.1", ask("outside", "tcp " + VIP + " 80"));
    }

    @Test
    void serverOnTheNodeItselfIsReachedThroughItsService() throws Exception {
        apply(
                Objects.service("dns", VIP, "UDP").build(),
                Objects.slice("dns", "UDP", NODE),
                Objects.service("dns-tcp", VIP, "TCP").build(),
                Objects.slice("dns-tcp", "TCP", NODE));
        for (String protocol : List.of("udp ", "tcp ")) {
            assertEquals("node saw " + POD_1, ask("pod1", protocol + VIP + " 80"));
            assertEquals("node", who(ask("node", protocol + VIP + " 80")));
            assertEquals("node", who(ask("outside", protocol + VIP + " 80")));
        }
    }

    @Test
    void allEndpointsTakeTheirTurn() throws Exception {
        apply(
                Objects.service("web", VIP, "TCP").build(),
                Objects.slice("web", "TCP", POD_1, POD_2));
        assertEquals(Set.of("pod1", "pod2"), answering("node", "tcp " + VIP + " 80", 40));
    }

    @Test
    void podReachesItselfThroughItsService() throws Exception {
        apply(Objects.service("web", VIP, "TCP").build(), Objects.slice("web", "TCP", POD_1));
        assertEquals("pod1 saw 10.244.0.1", ask("pod1", "tcp " + VIP + " 80"));
    }

    @Test
    void serviceWithoutEndpointsRefusesAtOnce() throws Exception {
        apply(
                nodePort(Objects.service("web", VIP, "TCP"), 30080).build(),
                Objects.service("names", "10.96.0.21", "UDP").build());
        for (String from : List.of("pod1", "node", "outside")) {
            assertEquals("refused", ask(from, "tcp " + VIP + " 80"), from);
            assertEquals("refused", ask(from, "udp 10.96.0.21 80"), from);
            assertEquals("refused", ask(from, "tcp " + NODE + " 30080"), from);
        }
        assertEquals("refused", ask("node", "tcp 127.0.0.1 30080"));
    }

    @Test
    void nodePortIsReachedOnTheNodesAddressAndOnLoopback() throws Exception {
        apply(
                nodePort(Objects.service("web", VIP, "TCP"), 30080).build(),
                Objects.slice("web", "TCP", POD_1));
        assertEquals("pod1", who(ask("outside", "tcp " + NODE + " 30080")));
        assertEquals("pod1", who(ask("node", "tcp " + NODE + " 30080")));
        assertEquals("pod1", who(ask("node", "tcp 127.0.0.1 30080")));
        assertEquals("pod1", who(ask("pod2", "tcp " + NODE + " 30080")));
        assertEquals("pod1", who(ask("pod1", "tcp " + NODE + " 30080")));
    }

    @Test
    void loopbackStaysClosedToNeighbours() throws Exception {
        apply(Objects.service("web", VIP, "TCP").build());
        WORLD.in("outside", "ip", "route", "replace", "127.0.0.9", "via", NODE, "table", "local");
        assertEquals("node", who(ask("node", "tcp 127.0.0.9 8080")));
        assertEquals("silence", ask("outside", "tcp 127.0.0.9 8080"));
        WORLD.in("outside", "ip", "route", "del", "127.0.0.9", "table", "local");
    }

    @Test
    void localPolicyKeepsTheClientsAddressAndDropsWhereNothingIs() throws Exception {
        Service service =
                nodePort(Objects.service("web", VIP, "TCP"), 30080)
                        .editSpec()
                        .withExternalTrafficPolicy("Local")
                        .withExternalIPs("203.0.113.7")
                        .endSpec()
                        .build();
        apply(service, Objects.slice("web", "TCP", POD_1));
        WORLD.in("outside", "ip", "route", "replace", "203.0.113.7", "via", NODE);
        assertEquals("pod1 saw " + OUTSIDE, ask("outside", "tcp " + NODE + " 30080"));
        assertEquals("pod1 saw " + OUTSIDE, ask("outside", "tcp 203.0.113.7 80"));
        EndpointSlice elsewhere = Objects.slice("web", "TCP", POD_1);
        elsewhere.getEndpoints().get(0).setNodeName("other");
        apply(elsewhere);
        assertEquals("silence", ask("outside", "tcp " + NODE + " 30080"));
        // From inside the cluster every endpoint will do.
        assertEquals("pod1", who(ask("pod2", "tcp 203.0.113.7 80")));
    }

    @Test
    void internalPolicyLocalDropsWhereNothingIs() throws Exception {
        Service service =
                Objects.service("web", VIP, "TCP")
                        .editSpec()
                        .withInternalTrafficPolicy("Local")
                        .endSpec()
                        .build();
        EndpointSlice elsewhere = Objects.slice("web", "TCP", POD_1);
        elsewhere.getEndpoints().get(0).setNodeName("other");
        apply(service, elsewhere);
        assertEquals("silence", ask("pod2", "tcp " + VIP + " 80"));
    }

    @Test
    void clientKeepsItsEndpointAlsoAfterANewStartUntilThatIsGone() throws Exception {
        Service sticky =
                Objects.service("web", VIP, "TCP")
                        .editSpec()
                        .withSessionAffinity("ClientIP")
                        .endSpec()
                        .build();
        apply(sticky, Objects.slice("web", "TCP", POD_1, POD_2));
        String chosen = who(ask("outside", "tcp " + VIP + " 80"));
        assertEquals(Set.of(chosen), answering("outside", "tcp " + VIP + " 80", 20));
        newProxy();
        proxy.sync();
        assertEquals(Set.of(chosen), answering("outside", "tcp " + VIP + " 80", 20));
        String other = chosen.equals("pod1") ? POD_2 : POD_1;
        apply(Objects.slice("web", "TCP", other));
        assertNotEquals(chosen, who(ask("outside", "tcp " + VIP + " 80")));
        apply(Objects.slice("web", "TCP", POD_1, POD_2));
        assertEquals(
                Set.of(chosen.equals("pod1") ? "pod2" : "pod1"),
                answering("outside", "tcp " + VIP + " 80", 20));
    }

    @Test
    void udpFlowLeavesAnEndpointThatIsGone() throws Exception {
        apply(Objects.service("names", VIP, "UDP").build(), Objects.slice("names", "UDP", POD_1));
        assertEquals("pod1", who(ask("outside", "udp " + VIP + " 80 4000")));
        apply(Objects.slice("names", "UDP", POD_2));
        assertEquals("pod2", who(ask("outside", "udp " + VIP + " 80 4000")));
    }

    @Test
    void balancersAddressLetsOnlyTheNamedRangesIn() throws Exception {
        WORLD.in("outside", "ip", "route", "replace", "203.0.113.8", "via", NODE);
        ServiceBuilder service =
                Objects.service("web", VIP, "TCP")
                        .editSpec()
                        .withLoadBalancerSourceRanges("192.0.2.0/24", "198.51.100.0/24")
                        .endSpec()
                        .withNewStatus()
                        .withNewLoadBalancer()
                        .addNewIngress()
                        .withIp("203.0.113.8")
                        .endIngress()
                        .endLoadBalancer()
                        .endStatus();
        apply(service.build(), Objects.slice("web", "TCP", POD_1));
        assertEquals("silence", ask("outside", "tcp 203.0.113.8 80"));
        apply(
                service.editSpec()
                        .withLoadBalancerSourceRanges("192.168.0.0/16", "192.168.77.0/24")
                        .endSpec()
                        .build());
        assertEquals("pod1", who(ask("outside", "tcp 203.0.113.8 80")));
    }

    @Test
    void whatAnEarlierRunLeftIsReplaced() throws Exception {
        apply(
                Objects.service("old", "10.96.0.30", "TCP").build(),
                Objects.slice("old", "TCP", POD_1));
        FakeCluster next = new FakeCluster();
        next.with(Objects.service("web", VIP, "TCP").build(), Objects.slice("web", "TCP", POD_2));
        new Proxy(
                        next.informers().of(Service.class),
                        next.informers().of(EndpointSlice.class),
                        next.events(),
                        Objects.SETTINGS,
                        nft::apply,
                        new UdpFlows(WORLD.inside("node", "conntrack")))
                .sync();
        assertEquals("refused", ask("pod1", "tcp 10.96.0.30 80"));
        assertEquals("pod2", who(ask("pod1", "tcp " + VIP + " 80")));
    }

    @Test
    void tableOfAnotherShapeIsReplacedWholly() throws Exception {
        WORLD.in("node", "nft", "delete table ip felucca; add table ip felucca");
        WORLD.in("node", "nft", "add map ip felucca services { type ipv4_addr : verdict; }");
        apply(Objects.service("web", VIP, "TCP").build(), Objects.slice("web", "TCP", POD_2));
        assertEquals("pod2", who(ask("pod1", "tcp " + VIP + " 80")));
    }

    @Test
    void tableThatSomebodyRemovedComesBackWithTheNextChange() throws Exception {
        apply(Objects.service("web", VIP, "TCP").build(), Objects.slice("web", "TCP", POD_1));
        WORLD.in("node", "nft", "delete table ip felucca");
        cluster.with(Objects.slice("web", "TCP", POD_2));
        org.junit.jupiter.api.Assertions.assertThrows(IOException.class, proxy::sync);
        proxy.sync();
        assertEquals("pod2", who(ask("pod1", "tcp " + VIP + " 80")));
    }

    private static ServiceBuilder nodePort(ServiceBuilder service, int port) {
        return service.editSpec().editPort(0).withNodePort(port).endPort().endSpec();
    }

    private Set<String> answering(String from, String question, int times) throws IOException {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < times; i++) {
            names.add(who(ask(from, question)));
        }
        return names;
    }

    private static String ask(String from, String question) throws IOException {
        return WORLD.ask(from, question);
    }

    private static String who(String answer) {
        assertTrue(answer.contains(" saw "), answer);
        return answer.substring(0, answer.indexOf(' '));
    }
}
