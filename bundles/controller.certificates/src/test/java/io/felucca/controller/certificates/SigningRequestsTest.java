package io.felucca.controller.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.pki.api.ClusterTrust;
import io.felucca.testing.FakeClock;
import io.felucca.testing.PartialTrust;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

final class SigningRequestsTest {
    private static final Key NAME = Key.clusterScoped("csr");
    private static final List<String> CLIENT_USAGES = List.of("digital signature", "client auth");

    private final FakeCluster cluster = new FakeCluster();
    private final FakeClock clock = new FakeClock();
    private final Reviews reviews = new Reviews(cluster);
    private final FakeTrust trust = new FakeTrust();
    private final ApprovingController approving =
            new ApprovingController(reviews, cluster.informers(), clock);
    private final SigningController signing =
            new SigningController(cluster, cluster.informers(), trust, clock, Duration.ofDays(365));
    private final CleanerController cleaner =
            new CleanerController(cluster, cluster.informers(), clock);

    /** Signs with a key of its own, and keeps what it was asked for. */
    private static final class FakeTrust implements PartialTrust {
        private final KeyPair key = Asked.key();
        private final List<Order> orders = new ArrayList<>();

        @Override
        public X509Certificate sign(Order order) {
            orders.add(order);
            try {
                return new JcaX509CertificateConverter()
                        .getCertificate(
                                new JcaX509v3CertificateBuilder(
                                                new X500Name("CN=ca"),
                                                BigInteger.ONE,
                                                Date.from(order.notBefore()),
                                                Date.from(order.notAfter()),
                                                new X500Name(order.subject().getName()),
                                                order.publicKey())
                                        .build(
                                                new JcaContentSignerBuilder("SHA256withECDSA")
                                                        .build(key.getPrivate())));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private CertificateSigningRequest request(String signer, String user, String encoded) {
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName("csr")
                .withCreationTimestamp(clock.instant().toString())
                .endMetadata()
                .withNewSpec()
                .withSignerName(signer)
                .withUsername(user)
                .withRequest(encoded)
                .withUsages(CLIENT_USAGES)
                .endSpec()
                .build();
    }

    private CertificateSigningRequest now() {
        return cluster.all(CertificateSigningRequest.class).get(0);
    }

    private void approved(CertificateSigningRequest request) {
        cluster.with(Requests.with(request, "Approved", "r", "m", clock.instant()));
    }

    @Test
    void aJoiningKubeletIsApprovedWhereItsTokenMayAsk() {
        cluster.with(
                request(
                        Signers.KUBELET_CLIENT,
                        "system:bootstrap:abc",
                        Asked.request("O=system:nodes,CN=system:node:new")));
        approving.reconcile(NAME);
        assertFalse(Requests.is(now(), "Approved"));
        reviews.allowed().add("system:bootstrap:abc selfnodeclient");
        approving.reconcile(NAME);
        assertFalse(Requests.is(now(), "Approved"), "it does not ask for itself");
        reviews.allowed().add("system:bootstrap:abc nodeclient");
        approving.reconcile(NAME);
        assertEquals("AutoApproved", Requests.condition(now(), "Approved").get().getReason());
    }

    @Test
    void aKubeletRenewsItsOwnNameOnly() {
        reviews.allowed().add("system:node:a selfnodeclient");
        cluster.with(
                request(
                        Signers.KUBELET_CLIENT,
                        "system:node:a",
                        Asked.request("O=system:nodes,CN=system:node:b")));
        approving.reconcile(NAME);
        assertFalse(Requests.is(now(), "Approved"));
        cluster.with(
                request(
                        Signers.KUBELET_CLIENT,
                        "system:node:a",
                        Asked.request("O=system:nodes,CN=system:node:a")));
        approving.reconcile(NAME);
        assertTrue(Requests.is(now(), "Approved"));
    }

    @Test
    void whatIsNoKubeletsRequestIsLeftToPeople() {
        reviews.allowed().add("eve nodeclient");
        for (String subject :
                List.of("O=system:masters,CN=system:node:a", "O=system:nodes,CN=root")) {
            cluster.with(request(Signers.KUBELET_CLIENT, "eve", Asked.request(subject)));
            approving.reconcile(NAME);
            assertFalse(Requests.is(now(), "Approved"), subject);
        }
        cluster.with(
                request(Signers.CLIENT, "eve", Asked.request("O=system:nodes,CN=system:node:a")));
        approving.reconcile(NAME);
        assertFalse(Requests.is(now(), "Approved"));
    }

    @Test
    void anApprovedRequestIsSignedAsItAsks() {
        CertificateSigningRequest jane =
                request(Signers.CLIENT, "jane", Asked.request("O=team,CN=jane"));
        jane.getSpec().setExpirationSeconds(3600);
        cluster.with(jane);
        signing.reconcile(NAME);
        assertFalse(Requests.hasCertificate(now()));
        approved(jane);
        signing.reconcile(NAME);
        String pem =
                new String(
                        Base64.getDecoder().decode(now().getStatus().getCertificate()),
                        StandardCharsets.US_ASCII);
        assertTrue(pem.startsWith("-----BEGIN CERTIFICATE-----\n"), pem);
        ClusterTrust.Order order = trust.orders.get(0);
        assertEquals("CN=jane,O=team", order.subject().getName());
        assertEquals(CLIENT_USAGES, order.usages());
        assertEquals(clock.instant().plusSeconds(3600), order.notAfter());
        signing.reconcile(NAME);
        assertEquals(1, trust.orders.size());
    }

    @Test
    void aRequestThatBreaksItsSignersRulesFails() {
        CertificateSigningRequest wrong =
                request(Signers.KUBELET_SERVING, "n", Asked.request("CN=system:node:n"));
        approved(wrong);
        signing.reconcile(NAME);
        assertEquals(
                "subject organization is not system:nodes",
                Requests.condition(now(), "Failed").get().getMessage());
        CertificateSigningRequest server =
                request(Signers.CLIENT, "n", Asked.request("CN=n"))
                        .edit()
                        .editSpec()
                        .withUsages("server auth")
                        .endSpec()
                        .build();
        approved(server);
        signing.reconcile(NAME);
        assertEquals(
                "invalid usage for client certificate: server auth",
                Requests.condition(now(), "Failed").get().getMessage());
        assertTrue(trust.orders.isEmpty());
    }

    @Test
    void aRequestForAKeyThatItsAuthorDoesNotHaveFails() {
        approved(request(Signers.CLIENT, "eve", Asked.request("CN=e", Asked.key(), Asked.key())));
        signing.reconcile(NAME);
        assertEquals(
                "the request's signature is not its key's",
                Requests.condition(now(), "Failed").get().getMessage());
        assertThrows(IllegalArgumentException.class, () -> Pkcs10.parse("bm90aGluZw=="));
    }

    @Test
    void aServingRequestKeepsItsNames() {
        GeneralName name = new GeneralName(GeneralName.dNSName, "node.example");
        CertificateSigningRequest serving =
                request(
                                Signers.KUBELET_SERVING,
                                "system:node:n",
                                Asked.request("O=system:nodes,CN=system:node:n", name))
                        .edit()
                        .editSpec()
                        .withUsages("digital signature", "server auth")
                        .endSpec()
                        .build();
        approved(serving);
        signing.reconcile(NAME);
        assertTrue(
                new String(trust.orders.get(0).alternativeNames(), StandardCharsets.US_ASCII)
                        .contains("node.example"));
    }

    @Test
    void lifetimesStayWithinTheBounds() {
        Duration longest = Duration.ofDays(1);
        assertEquals(longest, SigningController.lifetime(null, longest));
        assertEquals(longest, SigningController.lifetime(1_000_000, longest));
        assertEquals(Duration.ofMinutes(10), SigningController.lifetime(1, longest));
        assertEquals(Duration.ofHours(1), SigningController.lifetime(3600, longest));
    }

    @Test
    void requestsGoWhenTheirTimeIsOver() {
        CertificateSigningRequest open = request(Signers.CLIENT, "jane", "eA==");
        Instant created = Instant.parse(open.getMetadata().getCreationTimestamp());
        assertEquals(created.plus(Duration.ofHours(24)), CleanerController.end(open));
        clock.advance(Duration.ofHours(2));
        approved(open);
        assertEquals(
                Duration.ofHours(1),
                Duration.between(clock.instant(), CleanerController.end(now())));
        assertTrue(cleaner.reconcile(NAME).after().isPresent());
        clock.advance(Duration.ofHours(1));
        cleaner.reconcile(NAME);
        assertTrue(cluster.all(CertificateSigningRequest.class).isEmpty());
    }
}
