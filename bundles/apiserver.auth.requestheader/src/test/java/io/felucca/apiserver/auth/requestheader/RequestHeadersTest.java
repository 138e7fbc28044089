package io.felucca.apiserver.auth.requestheader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.Authenticator.Credentials;
import io.felucca.apiserver.api.Authenticator.Headers;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.pki.api.ClusterTrust;
import io.felucca.testing.FakeClock;
import io.felucca.testing.PartialTrust;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

final class RequestHeadersTest {
    private static final RequestHeaders.Names NAMES =
            new RequestHeaders.Names(
                    List.of("X-Remote-User"),
                    List.of("X-Remote-Uid"),
                    List.of("X-Remote-Group"),
                    List.of("X-Remote-Extra-"));

    private final FakeClock clock = new FakeClock();
    private final KeyPair authorityKey = key();
    private final X509Certificate authority = certificate("CN=proxies", authorityKey, null);
    private final X509Certificate proxy = certificate("CN=proxy", key(), authorityKey);
    private final RequestHeaders authenticator =
            new RequestHeaders(List.of(authority), Set.of("proxy"), NAMES, clock);

    private record Sent(Map<String, List<String>> values) implements Headers {
        @Override
        public List<String> all(String name) {
            return values.getOrDefault(name, List.of());
        }

        @Override
        public Iterable<String> names() {
            return values.keySet();
        }
    }

    private static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Signed by itself, as an authority, without a signer. */
    private X509Certificate certificate(String subject, KeyPair key, KeyPair signer) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name(signer == null ? subject : "CN=proxies"),
                            BigInteger.TWO,
                            Date.from(clock.instant().minusSeconds(60)),
                            Date.from(clock.instant().plusSeconds(3600)),
                            new X500Name(subject),
                            key.getPublic());
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(signer == null));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build((signer == null ? key : signer).getPrivate())));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Optional<UserInfo> ask(List<X509Certificate> chain, String... headers) {
        return ask(authenticator, chain, headers);
    }

    private static Optional<UserInfo> ask(
            Authenticator authenticator, List<X509Certificate> chain, String... headers) {
        Map<String, List<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < headers.length; i += 2) {
            values.merge(
                    headers[i],
                    List.of(headers[i + 1]),
                    (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
        }
        return authenticator.authenticate(
                new Credentials(
                        chain, Optional.empty(), name -> Optional.empty(), new Sent(values)));
    }

    @Test
    void aFrontProxyNamesTheUser() {
        UserInfo user =
                ask(
                                List.of(proxy),
                                "x-remote-user",
                                "jane",
                                "x-remote-uid",
                                "u1",
                                "x-remote-group",
                                "a",
                                "x-remote-group",
                                "b",
                                "x-remote-extra-example.com%2fscope",
                                "s")
                        .orElseThrow();
        assertEquals(
                new UserInfo(
                        "jane",
                        "u1",
                        List.of("a", "b", "system:authenticated"),
                        Map.of("example.com/scope", List.of("s"))),
                user);
    }

    @Test
    void nobodyElsesHeadersAreBelieved() {
        assertTrue(ask(List.of(), "x-remote-user", "root").isEmpty());
        KeyPair other = key();
        X509Certificate forged = certificate("CN=proxy", key(), other);
        assertTrue(ask(List.of(forged), "x-remote-user", "root").isEmpty());
        assertTrue(ask(List.of(authority), "x-remote-user", "root").isEmpty());
        assertTrue(ask(List.of(proxy)).isEmpty());
    }

    @Test
    void aProxyOfAnotherNameIsRefused() {
        X509Certificate stranger = certificate("CN=stranger", key(), authorityKey);
        assertThrows(ApiException.class, () -> ask(List.of(stranger), "x-remote-user", "root"));
    }

    @Test
    void anExpiredProxyIsNone() {
        clock.advance(Duration.ofHours(2));
        assertTrue(ask(List.of(proxy), "x-remote-user", "jane").isEmpty());
    }

    @Test
    void theClustersOwnProxyNeedsNoConfiguration() {
        PartialTrust trust =
                new PartialTrust() {
                    @Override
                    public X509Certificate frontProxyAuthority() {
                        return authority;
                    }
                };
        FrontProxy own = new FrontProxy(trust, clock);
        X509Certificate aggregator =
                certificate("CN=" + ClusterTrust.FRONT_PROXY, key(), authorityKey);
        assertEquals(
                List.of("crew", "system:authenticated"),
                ask(own, List.of(aggregator), "x-remote-user", "jane", "x-remote-group", "crew")
                        .orElseThrow()
                        .groups());
        assertThrows(ApiException.class, () -> ask(own, List.of(proxy), "x-remote-user", "jane"));
    }
}
