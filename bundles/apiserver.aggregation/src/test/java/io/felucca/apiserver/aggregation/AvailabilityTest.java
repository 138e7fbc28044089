package io.felucca.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceCondition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AvailabilityTest {
    private static final Key KEY = Key.clusterScoped("v1.example.com");

    private final FakeClock clock = new FakeClock();
    private final FakeCluster cluster = new FakeCluster();
    private Finding answer = Finding.PASSED;
    private final Availability availability =
            new Availability(
                    cluster, cluster.informers(), (group, version, service) -> answer, clock);

    private APIServiceCondition found(HasMetadata... objects) {
        cluster.with(objects);
        availability.reconcile(KEY);
        return condition();
    }

    private APIServiceCondition condition() {
        List<APIServiceCondition> all =
                cluster.all(APIService.class).get(0).getStatus().getConditions();
        assertEquals(1, all.size());
        assertEquals("Available", all.get(0).getType());
        return all.get(0);
    }

    private static void assertFinding(
            String status, String reason, String message, APIServiceCondition found) {
        assertEquals(
                new Finding(status, reason, message),
                new Finding(found.getStatus(), found.getReason(), found.getMessage()));
    }

    @Test
    void whatThisServerServesIsAvailable() {
        assertFinding(
                "True",
                "Local",
                "Local APIServices are always available",
                found(Objects.local("example.com", "v1", 1000, 100)));
    }

    @Test
    void aServiceMustBeThere() {
        assertFinding(
                "False",
                "ServiceNotFound",
                "service/api in \"test\" is not present",
                found(Objects.remote("example.com", "v1")));
    }

    @Test
    void theServiceMustHaveThePort() {
        assertFinding(
                "False",
                "ServicePortError",
                "service/api in \"test\" is not listening on port 443",
                found(
                        Objects.remote("example.com", "v1"),
                        Objects.service("ClusterIP", 8443, "https")));
    }

    @Test
    void theServiceMustHaveEndpoints() {
        assertFinding(
                "False",
                "EndpointsNotFound",
                "cannot find endpointslices for service/api in \"test\"",
                found(
                        Objects.remote("example.com", "v1"),
                        Objects.service("ClusterIP", 443, "https")));
    }

    @Test
    void anEndpointMustBeReadyAtThatPort() {
        String missing =
                "endpointslices for service/api in \"test\" have no addresses with port name"
                        + " \"https\"";
        assertFinding(
                "False",
                "MissingEndpoints",
                missing,
                found(
                        Objects.remote("example.com", "v1"),
                        Objects.service("ClusterIP", 443, "https"),
                        Objects.slice("https", false)));
        assertFinding("False", "MissingEndpoints", missing, found(Objects.slice("other", true)));
        assertFinding("True", "Passed", "all checks passed", found(Objects.slice("https", true)));
    }

    @Test
    void aServiceOfAnotherTypeIsAskedAtOnce() {
        assertFinding(
                "True",
                "Passed",
                "all checks passed",
                found(
                        Objects.remote("example.com", "v1"),
                        Objects.service("ExternalName", 8443, "https")));
    }

    @Test
    void whoDoesNotAnswerIsAskedAgainLessAndLessOften() {
        cluster.with(
                Objects.remote("example.com", "v1"),
                Objects.service("ClusterIP", 443, "https"),
                Objects.slice("https", true));
        answer = Finding.unavailable("FailedDiscoveryCheck", "no answer");
        Duration last = Duration.ZERO;
        for (int i = 0; i < 12; i++) {
            Duration pause = availability.reconcile(KEY).after().orElseThrow();
            assertTrue(pause.compareTo(last) >= 0, pause + " after " + last);
            last = pause;
        }
        assertEquals(Duration.ofSeconds(30), last);
        assertFinding("False", "FailedDiscoveryCheck", "no answer", condition());

        answer = Finding.PASSED;
        assertEquals(Duration.ofSeconds(30), availability.reconcile(KEY).after().orElseThrow());
        answer = Finding.unavailable("FailedDiscoveryCheck", "no answer");
        assertTrue(
                availability.reconcile(KEY).after().orElseThrow().toMillis() < 1000,
                "a new failure is looked into soon");
    }

    @Test
    void theTransitionTimeIsThatOfTheStatus() {
        String first = found(Objects.remote("example.com", "v1")).getLastTransitionTime();
        clock.advance(Duration.ofMinutes(1));
        APIServiceCondition second = found(Objects.service("ClusterIP", 443, "https"));
        assertEquals("EndpointsNotFound", second.getReason());
        assertEquals(first, second.getLastTransitionTime());
        clock.advance(Duration.ofMinutes(1));
        APIServiceCondition third = found(Objects.slice("https", true));
        assertEquals(clock.instant().toString(), third.getLastTransitionTime());
        cluster.forgetActions();
        availability.reconcile(KEY);
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void aChangeOfServiceOrEndpointsConcernsWhoeverNamesThem() {
        cluster.with(Objects.remote("example.com", "v1"), Objects.remote("example.com", "v2"));
        List<Key> both = List.of(KEY, Key.clusterScoped("v2.example.com"));
        List<Key> concerned = new java.util.ArrayList<>();
        availability.sources().stream()
                .filter(one -> !one.type().equals(APIService.class))
                .forEach(one -> concerned.addAll(keys(one)));
        assertEquals(List.of(both.get(0), both.get(1), both.get(0), both.get(1)), concerned);
    }

    @SuppressWarnings("unchecked")
    private static java.util.Collection<Key> keys(io.felucca.controller.api.Source<?> source) {
        HasMetadata changed =
                source.type().equals(io.fabric8.kubernetes.api.model.Service.class)
                        ? Objects.service("ClusterIP", 443, "https")
                        : Objects.slice("https", true);
        return ((java.util.function.Function<HasMetadata, java.util.Collection<Key>>) source.keys())
                .apply(changed);
    }
}
