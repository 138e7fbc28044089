package io.felucca.apiserver.aggregation;

import io.felucca.testing.PartialTrust;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** Two authorities, and what they sign, good for fifty days. */
final class TestTrust implements PartialTrust {
    static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");

    private final X509Bundle cluster = authority("CN=cluster");
    private final X509Bundle frontProxies = authority("CN=front-proxies");

    private static CertificateBuilder builder(String subject) {
        return new CertificateBuilder()
                .ecp256()
                .subject(subject)
                // Whoever validates on the wire looks at the real clock.
                .notBefore(Instant.parse("2020-01-01T00:00:00Z"))
                .notAfter(NOW.plus(Duration.ofDays(50)));
    }

    private static X509Bundle authority(String subject) {
        try {
            return builder(subject).setIsCertificateAuthority(true).buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server's certificate for a name only, not for an address. */
    X509Bundle serving(String name) {
        try {
            return builder("CN=" + name).addSanDnsName(name).buildIssuedBy(cluster);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public X509Certificate authority() {
        return cluster.getCertificate();
    }

    @Override
    public X509Certificate frontProxyAuthority() {
        return frontProxies.getCertificate();
    }

    @Override
    public Issued issueFrontProxyClient() {
        try {
            X509Bundle client = builder("CN=" + FRONT_PROXY).buildIssuedBy(frontProxies);
            return new Issued(
                    client.getKeyPair().getPrivate(), List.of(client.getCertificatePath()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
