package io.felucca.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.pki.api.ClusterTrust.Issued;
import io.felucca.testing.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterPkiTest {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final FakeClock clock = new FakeClock();
    @TempDir private Path directory;

    @Test
    void everyCertificateIsAValidChainToTheAuthority() throws GeneralSecurityException {
        ClusterPki pki = open("192.0.2.7");
        ClusterPki.Certificates made = pki.renew();
        for (Issued issued :
                List.of(made.apiServer(), made.kubeletServing(), made.kubeletClient())) {
            validate(pki, issued.chain().get(0));
        }
        assertEquals(List.of(SERVER_AUTH), made.apiServer().chain().get(0).getExtendedKeyUsage());
        X509Certificate client = made.kubeletClient().chain().get(0);
        assertEquals(List.of(CLIENT_AUTH), client.getExtendedKeyUsage());
        assertEquals(
                "CN=system:node:here,O=system:nodes", client.getSubjectX500Principal().getName());
        assertEquals(-1, client.getBasicConstraints());
        assertTrue(pki.authority().getBasicConstraints() >= 0);
    }

    @Test
    void theServerIsNamedAsItIsCalledInsideAndOutside() throws GeneralSecurityException {
        X509Certificate leaf = open("192.0.2.7").renew().apiServer().chain().get(0);
        Set<Object> names =
                leaf.getSubjectAlternativeNames().stream()
                        .map(entry -> entry.get(1))
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "localhost",
                        "here",
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local",
                        "127.0.0.1",
                        "192.0.2.7",
                        "10.96.0.1"),
                names);
    }

    @Test
    void frontProxiesHaveAnAuthorityOfTheirOwn() throws GeneralSecurityException {
        ClusterPki pki = open("192.0.2.7");
        Issued proxy = pki.issueFrontProxyClient();
        X509Certificate leaf = proxy.chain().get(0);
        leaf.verify(pki.frontProxyAuthority().getPublicKey());
        assertThrows(
                GeneralSecurityException.class, () -> leaf.verify(pki.authority().getPublicKey()));
        assertEquals("CN=front-proxy-client", leaf.getSubjectX500Principal().getName());
        assertEquals(List.of(CLIENT_AUTH), leaf.getExtendedKeyUsage());

        ClusterPki next = open("192.0.2.7");
        assertEquals(pki.frontProxyAuthority(), next.frontProxyAuthority());
        assertEquals(proxy.chain(), next.issueFrontProxyClient().chain());
        clock.advance(Duration.ofDays(340));
        assertNotEquals(proxy.chain(), next.issueFrontProxyClient().chain());
    }

    @Test
    void aSecondStartFindsWhatTheFirstMade() {
        ClusterPki first = open("192.0.2.7");
        ClusterPki.Certificates made = first.renew();
        ClusterPki second = open("192.0.2.7");
        ClusterPki.Certificates found = second.renew();
        assertEquals(first.authority(), second.authority());
        assertEquals(first.authorityPem(), second.authorityPem());
        assertEquals(first.serviceAccountKey().getPublic(), second.serviceAccountKey().getPublic());
        assertEquals(made.apiServer(), found.apiServer());
        assertEquals(made.kubeletClient(), found.kubeletClient());
    }

    @Test
    void aNewAddressGetsANewServingCertificateFromTheSameAuthority()
            throws GeneralSecurityException {
        ClusterPki first = open("192.0.2.7");
        ClusterPki.Certificates before = first.renew();
        ClusterPki second = open("192.0.2.8");
        ClusterPki.Certificates after = second.renew();
        assertEquals(first.authority(), second.authority());
        assertNotEquals(before.apiServer(), after.apiServer());
        assertNotEquals(before.kubeletServing(), after.kubeletServing());
        assertEquals(before.kubeletClient(), after.kubeletClient());
        validate(second, after.apiServer().chain().get(0));
    }

    @Test
    void certificatesAreRenewedThirtyDaysBeforeTheyExpire() throws GeneralSecurityException {
        ClusterPki pki = open("192.0.2.7");
        ClusterPki.Certificates made = pki.renew();
        String kubeconfig = read("run/admin.kubeconfig");
        clock.advance(Duration.ofDays(334));
        assertEquals(made.apiServer(), pki.renew().apiServer());
        clock.advance(Duration.ofDays(1));
        ClusterPki.Certificates renewed = pki.renew();
        assertNotEquals(made.apiServer(), renewed.apiServer());
        assertNotEquals(made.kubeletClient(), renewed.kubeletClient());
        assertNotEquals(kubeconfig, read("run/admin.kubeconfig"));
        clock.advance(Duration.ofDays(40));
        validate(pki, renewed.apiServer().chain().get(0));
    }

    @Test
    void noCertificateOutlivesTheAuthority() {
        ClusterPki pki = open("192.0.2.7");
        clock.advance(Duration.ofDays(3500));
        assertEquals(
                pki.authority().getNotAfter(),
                pki.issueClient("late", List.of()).chain().get(0).getNotAfter());
    }

    @Test
    void onlyTheOwnerMayReadTheFiles() throws IOException {
        open("192.0.2.7").renew();
        Path pki = directory.resolve("data/pki");
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pki)));
        try (var files = Files.list(pki)) {
            for (Path file : files.toList()) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                        file.toString());
            }
        }
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.resolve("run/admin.kubeconfig"))));
    }

    @Test
    void theKubeconfigHoldsAnAdministratorsCertificate() throws GeneralSecurityException {
        ClusterPki pki = open("192.0.2.7");
        pki.renew();
        String text = read("run/admin.kubeconfig");
        assertTrue(text.contains("server: https://127.0.0.1:6443\n"));
        assertEquals(pki.authorityPem(), decoded(text, "certificate-authority-data"));
        X509Certificate client =
                Pem.readCertificates(decoded(text, "client-certificate-data")).get(0);
        assertEquals(
                "CN=kubernetes-admin,O=system:masters", client.getSubjectX500Principal().getName());
        assertEquals(
                "RSA", Pem.readPrivateKey(decoded(text, "client-key-data"), "RSA").getAlgorithm());
        validate(pki, client);
    }

    @Test
    void aDamagedAuthorityIsNamedAndLeftAlone() throws IOException {
        open("192.0.2.7").renew();
        Path file = directory.resolve("data/pki/ca.crt");
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        PkiException refused = assertThrows(PkiException.class, () -> open("192.0.2.7"));
        assertTrue(refused.getMessage().startsWith(file + " is damaged: "), refused.getMessage());
        assertTrue(Files.readString(file).contains("AAAA"));
    }

    @Test
    void aLostAuthorityIsNotReplaced() throws IOException {
        open("192.0.2.7").renew();
        Files.delete(directory.resolve("data/pki/ca.crt"));
        assertThrows(PkiException.class, () -> open("192.0.2.7"));
        Files.delete(directory.resolve("data/pki/ca.key"));
        PkiException refused = assertThrows(PkiException.class, () -> open("192.0.2.7"));
        assertTrue(refused.getMessage().contains("is missing"), refused.getMessage());
        assertFalse(Files.exists(directory.resolve("data/pki/ca.crt")));
    }

    @Test
    void aKeyOfAnotherAuthorityIsRefused() throws IOException {
        open("192.0.2.7").renew();
        Authority other = Authority.create("other", clock);
        Path key = directory.resolve("data/pki/ca.key");
        Files.writeString(key, Pem.privateKey(other.key()));
        PkiException refused = assertThrows(PkiException.class, () -> open("192.0.2.7"));
        assertTrue(refused.getMessage().startsWith(key + " is damaged"), refused.getMessage());
    }

    @Test
    void aTruncatedCertificateFileIsNamed() throws IOException {
        ClusterPki pki = open("192.0.2.7");
        pki.renew();
        Path file = directory.resolve("data/pki/apiserver.pem");
        Files.writeString(file, Files.readString(file).substring(0, 100));
        PkiException refused = assertThrows(PkiException.class, pki::renew);
        assertTrue(refused.getMessage().startsWith(file + " is damaged: "), refused.getMessage());
    }

    @Test
    void whatAFirstStartLeftUnfinishedIsMadeAgain() throws IOException {
        Path next = directory.resolve("data/pki.next");
        Files.createDirectories(next);
        Files.writeString(next.resolve("ca.crt"), "half");
        open("192.0.2.7").renew();
        assertFalse(Files.exists(next));
    }

    @Test
    void theFirstAddressFollowsTheNetwork() {
        assertEquals("10.96.0.1", ServingNames.firstAddress("10.96.0.0/12"));
        assertEquals("10.0.1.0", ServingNames.firstAddress("10.0.0.255/32"));
        assertEquals("fd00:0:0:0:0:0:0:1", ServingNames.firstAddress("fd00::/112"));
        assertThrows(PkiException.class, () -> ServingNames.firstAddress("10.96.0.0"));
        assertThrows(PkiException.class, () -> ServingNames.parse("example.org"));
    }

    @Test
    void leavesNameTheAuthoritysKeyAsTheAuthorityDoes() {
        ClusterPki pki = open("192.0.2.7");
        byte[] own = pki.authority().getExtensionValue("2.5.29.14");
        byte[] named = pki.renew().apiServer().chain().get(0).getExtensionValue("2.5.29.35");
        // Both end with the 20 bytes of the identifier, the leaf's inside a sequence.
        assertArrayEquals(
                Arrays.copyOfRange(own, own.length - 20, own.length),
                Arrays.copyOfRange(named, named.length - 20, named.length));
    }

    @Test
    void aClientCertificateIsIssuedOnceAndRenewedThirtyDaysBeforeItExpires()
            throws GeneralSecurityException {
        ClusterPki pki = open("192.0.2.7");
        Issued first = pki.issueClient("a/../b: c", List.of("one", "two, three"));
        assertEquals(first, pki.issueClient("a/../b: c", List.of("one", "two, three")));
        clock.advance(Duration.ofDays(334));
        assertEquals(
                first, open("192.0.2.7").issueClient("a/../b: c", List.of("one", "two, three")));
        clock.advance(Duration.ofDays(1));
        Issued renewed = pki.issueClient("a/../b: c", List.of("one", "two, three"));
        assertNotEquals(first, renewed);
        validate(pki, renewed.chain().get(0));
    }

    @Test
    void aClientOfOtherGroupsGetsAnotherCertificate() {
        ClusterPki pki = open("192.0.2.7");
        Issued one = pki.issueClient("client", List.of("one"));
        Issued other = pki.issueClient("client", List.of("One"));
        assertNotEquals(one, other);
        assertEquals("CN=client,O=One", other.chain().get(0).getSubjectX500Principal().getName());
        assertNotEquals(other, pki.issueClient("client", List.of()));
    }

    @Test
    void onlyTheOwnerMayReadIssuedClients() throws IOException {
        open("192.0.2.7").issueClient("system:thing", List.of());
        Path issued = directory.resolve("data/pki/issued");
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(issued)));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(issued.resolve("system%3Athing.pem"))));
    }

    private ClusterPki open(String nodeIp) {
        return new ClusterPki(
                new ClusterPki.Layout(
                        directory.resolve("data"),
                        directory.resolve("run/admin.kubeconfig"),
                        "https://127.0.0.1:6443",
                        "here",
                        ServingNames.ofApiServer("here", nodeIp, "10.96.0.0/12", "cluster.local"),
                        ServingNames.ofKubelet("here", nodeIp)),
                clock);
    }

    private void validate(ClusterPki pki, X509Certificate leaf) throws GeneralSecurityException {
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(pki.authority(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)),
                        parameters);
    }

    private String read(String file) {
        return PrivateFiles.read(directory.resolve(file));
    }

    private static String decoded(String kubeconfig, String key) {
        String value = kubeconfig.split(key + ": ", 2)[1].split("\n", 2)[0];
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }
}
