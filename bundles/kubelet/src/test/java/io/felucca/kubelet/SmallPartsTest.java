package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's small pure parts. */
final class SmallPartsTest {
    @TempDir Path directory;

    @Test
    void variablesAreExpandedAndDoubledDollarsStay() {
        Map<String, String> values = Map.of("A", "1", "B", "2");
        assertEquals("1-2", Expansion.expand("$(A)-$(B)", values));
        assertEquals("$(C)", Expansion.expand("$(C)", values));
        assertEquals("$(A)", Expansion.expand("$$(A)", values));
        assertEquals("$A $(A", Expansion.expand("$A $(A", values));
        assertEquals("a$", Expansion.expand("a$", values));
    }

    @Test
    void pausesDoubleUpToTheLongestAndAreForgotten() {
        Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(5));
        Instant now = Instant.EPOCH.plusSeconds(100_000);
        assertEquals(Duration.ZERO, backoff.left(now, now));
        backoff.next(now);
        assertEquals(Duration.ofSeconds(10), backoff.left(now, now));
        assertEquals(Duration.ofSeconds(4), backoff.left(now, now.plusSeconds(6)));
        for (int i = 0; i < 10; i++) {
            backoff.next(now);
        }
        assertEquals(Duration.ofMinutes(5), backoff.pause());
        Instant later = now.plus(Duration.ofMinutes(11));
        assertEquals(Duration.ZERO, backoff.left(later, later));
        backoff.next(later);
        assertEquals(Duration.ofSeconds(10), backoff.pause());
    }

    @Test
    void imageNamesAreCheckedAndTakenApart() {
        assertTrue(ImageReference.isValid("busybox"));
        assertTrue(ImageReference.isValid("localhost:5000/a/b:v1"));
        assertTrue(ImageReference.isValid("a.b/c@sha256:" + "0".repeat(64)));
        assertFalse(ImageReference.isValid("Busybox"));
        assertFalse(ImageReference.isValid("a b"));
        assertEquals("docker.io", ImageReference.parse("library/busybox:1").registry());
        ImageReference own = ImageReference.parse("reg.example:5000/team/app:1");
        assertEquals("team/app", own.repository());
        assertTrue(own.matches("https://reg.example:5000"));
        assertTrue(own.matches("reg.example:5000/team"));
        assertFalse(own.matches("reg.example:5000/tea"));
        assertTrue(ImageReference.parse("nginx").matches("https://index.docker.io/v1/"));
    }

    @Test
    void qualityOfServiceFollowsFromRequestsAndLimits() {
        assertEquals(Qos.BestEffort, Qos.of(pod(Map.of(), Map.of())));
        assertEquals(Qos.Burstable, Qos.of(pod(Map.of("cpu", "1"), Map.of())));
        Map<String, String> both = Map.of("cpu", "1", "memory", "1Gi");
        assertEquals(Qos.Guaranteed, Qos.of(pod(both, both)));
        Pod burstable = pod(Map.of("memory", "1Gi"), Map.of());
        assertEquals(
                750, Qos.oomScore(burstable, burstable.getSpec().getContainers().get(0), 4L << 30));
    }

    @Test
    void onlyWhatDiffersIsPatched() throws JsonProcessingException {
        ObjectNode before = json("{'a':1,'b':{'c':2,'d':3},'e':[1],'gone':1}");
        ObjectNode after = json("{'a':1,'b':{'c':2,'d':4},'e':[1,2],'null':null}");
        assertEquals(
                Optional.of(json("{'b':{'d':4},'e':[1,2],'gone':null}")),
                StatusPatch.between(before, after));
        assertEquals(Optional.empty(), StatusPatch.between(before, before.deepCopy()));
    }

    @Test
    void servicesAreToldAsVariables() {
        FakeCluster cluster = new FakeCluster();
        cluster.of(Service.class).create(service("default", "kubernetes", "10.96.0.1", 443));
        cluster.of(Service.class).create(service("shop", "my-db", "10.96.0.7", 5432));
        cluster.of(Service.class).create(service("shop", "headless", "None", 80));
        Map<String, String> variables =
                ServiceVariables.of(cluster.informers().of(Service.class), "shop", true);
        assertEquals("10.96.0.1", variables.get("KUBERNETES_SERVICE_HOST"));
        assertEquals("5432", variables.get("MY_DB_SERVICE_PORT"));
        assertEquals("tcp://10.96.0.7:5432", variables.get("MY_DB_PORT_5432_TCP"));
        assertFalse(variables.containsKey("HEADLESS_SERVICE_HOST"));
        assertFalse(
                ServiceVariables.of(cluster.informers().of(Service.class), "shop", false)
                        .containsKey("MY_DB_SERVICE_HOST"));
    }

    @Test
    void namesAreResolvedAsThePolicySays() throws IOException {
        Path file = directory.resolve("resolv.conf");
        Files.writeString(file, "nameserver 9.9.9.9\nsearch example.org\noptions timeout:1\n");
        DnsSettings dns = new DnsSettings("10.96.0.10", "cluster.local", file);
        Pod pod = pod(Map.of(), Map.of());
        assertEquals(
                List.of(
                        "default.svc.cluster.local",
                        "svc.cluster.local",
                        "cluster.local",
                        "example.org"),
                dns.of(pod).getSearchesList());
        assertEquals(List.of("10.96.0.10"), dns.of(pod).getServersList());
        pod.getSpec().setDnsPolicy("Default");
        assertEquals(List.of("9.9.9.9"), dns.of(pod).getServersList());
        pod.getSpec().setDnsPolicy("ClusterFirst");
        pod.getSpec().setHostNetwork(true);
        assertEquals(List.of("9.9.9.9"), dns.of(pod).getServersList());
    }

    @Test
    void podTooLargeForTheNodeIsRefused() {
        NodeCapacity node =
                new NodeCapacity(2, 4L << 30, 1L << 40, 110, Map.of("hugepages-2Mi", 4L << 20));
        Pod large = pod(Map.of("cpu", "1500m"), Map.of());
        Pod other = pod(Map.of("cpu", "1"), Map.of());
        other.getMetadata().setUid("other");
        assertEquals(Optional.empty(), PodAdmission.refuse(large, List.of(large), node));
        assertEquals(
                "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used:"
                        + " 1000, capacity: 2000",
                PodAdmission.refuse(large, List.of(large, other), node).orElseThrow().message());
        Pod huge = pod(Map.of("hugepages-2Mi", "6Mi"), Map.of());
        assertEquals(
                "OutOfhugepages-2Mi",
                PodAdmission.refuse(huge, List.of(huge), node).orElseThrow().reason());
    }

    private static Service service(String namespace, String name, String ip, int port) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withClusterIP(ip)
                .addNewPort()
                .withPort(port)
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build();
    }

    private static Pod pod(Map<String, String> requests, Map<String, String> limits) {
        ResourceRequirements resources = new ResourceRequirements();
        requests.forEach((name, value) -> resources.getRequests().put(name, new Quantity(value)));
        limits.forEach((name, value) -> resources.getLimits().put(name, new Quantity(value)));
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("p")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .addToContainers(
                        new ContainerBuilder()
                                .withName("main")
                                .withImage("i")
                                .withResources(resources)
                                .build())
                .endSpec()
                .build();
    }

    private static ObjectNode json(String text) throws JsonProcessingException {
        return (ObjectNode) Json.mapper().readTree(text.replace('\'', '"'));
    }
}
