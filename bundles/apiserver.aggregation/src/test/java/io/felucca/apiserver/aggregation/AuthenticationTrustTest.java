package io.felucca.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.felucca.client.testing.FakeCluster;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AuthenticationTrustTest {
    private final FakeClock clock = new FakeClock(TestTrust.NOW);
    private final TestTrust trust = new TestTrust();
    private final FakeCluster cluster = new FakeCluster();
    private final AuthenticationTrust reconciler = new AuthenticationTrust(cluster, trust, clock);

    private Map<String, String> data() {
        assertEquals(
                Duration.ofMinutes(1),
                reconciler.reconcile(AuthenticationTrust.NAME).after().orElseThrow());
        ConfigMap map = cluster.all(ConfigMap.class).get(0);
        assertEquals("kube-system", map.getMetadata().getNamespace());
        assertEquals("extension-apiserver-authentication", map.getMetadata().getName());
        return map.getData();
    }

    @Test
    void otherServersFindWhomToBelieve() {
        Map<String, String> data = data();
        assertEquals(TestTrust.pem(trust.authority()), data.get("client-ca-file"));
        assertEquals(
                TestTrust.pem(trust.frontProxyAuthority()),
                data.get("requestheader-client-ca-file"));
        assertEquals("[\"front-proxy-client\"]", data.get("requestheader-allowed-names"));
        assertEquals("[\"X-Remote-User\"]", data.get("requestheader-username-headers"));
        assertEquals("[\"X-Remote-Group\"]", data.get("requestheader-group-headers"));
        assertEquals("[\"X-Remote-Extra-\"]", data.get("requestheader-extra-headers-prefix"));
        assertEquals("[\"X-Remote-Uid\"]", data.get("requestheader-uid-headers"));
        cluster.forgetActions();
        data();
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void anotherServersAuthorityStaysUntilItExpires() {
        String other = TestTrust.pem(new TestTrust().frontProxyAuthority());
        cluster.with(
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-system")
                        .withName("extension-apiserver-authentication")
                        .endMetadata()
                        .addToData("requestheader-client-ca-file", other)
                        .addToData("client-ca-file", "nonsense")
                        .build());
        Map<String, String> data = data();
        assertEquals(
                other + TestTrust.pem(trust.frontProxyAuthority()),
                data.get("requestheader-client-ca-file"));
        assertEquals(TestTrust.pem(trust.authority()), data.get("client-ca-file"));
        clock.advance(Duration.ofDays(100));
        String later = data().get("requestheader-client-ca-file");
        assertTrue(!later.contains(other), later);
    }
}
