package io.felucca.http;

import io.felucca.http.api.TlsIdentity;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates for tests: one authority, a server, and clients good and bad. */
record TestIdentity(X509Bundle server, List<X509Certificate> authorities) implements TlsIdentity {
    // Certificates are judged by the JDK's own clock, so these lie around a time of their own.
    private static final Instant NOW = Instant.ofEpochMilli(System.currentTimeMillis());
    static final X509Bundle AUTHORITY = authority("CN=felucca-test-ca");

    static TestIdentity named(String name) {
        return new TestIdentity(
                issue(AUTHORITY, name, Duration.ofDays(1)), List.of(AUTHORITY.getCertificate()));
    }

    /** As one that {@link #named} gives, but of RSA. */
    static TestIdentity ofRsa(String name) throws Exception {
        X509Bundle server =
                new CertificateBuilder()
                        .rsa2048()
                        .subject("CN=" + name)
                        .notBefore(NOW.minus(Duration.ofDays(1)))
                        .notAfter(NOW.plus(Duration.ofDays(1)))
                        .addSanIpAddress("127.0.0.1")
                        .buildIssuedBy(AUTHORITY);
        return new TestIdentity(server, List.of(AUTHORITY.getCertificate()));
    }

    static X509Bundle client(String name) {
        return issue(AUTHORITY, name, Duration.ofDays(1));
    }

    static X509Bundle expiredClient(String name) {
        return issue(AUTHORITY, name, Duration.ofHours(-1));
    }

    static X509Bundle foreignClient(String name) {
        // The same name as ours has, but another key.
        return issue(authority("CN=felucca-test-ca"), name, Duration.ofDays(1));
    }

    private static X509Bundle authority(String name) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject(name)
                    .notBefore(NOW.minus(Duration.ofDays(2)))
                    .notAfter(NOW.plus(Duration.ofDays(2)))
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Bundle issue(X509Bundle authority, String name, Duration validFor) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + name)
                    .notBefore(NOW.minus(Duration.ofDays(1)))
                    .notAfter(NOW.plus(validFor))
                    .addSanIpAddress("127.0.0.1")
                    .buildIssuedBy(authority);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public PrivateKey privateKey() {
        return server.getKeyPair().getPrivate();
    }

    @Override
    public List<X509Certificate> certificateChain() {
        return server.getCertificatePathList();
    }

    @Override
    public List<X509Certificate> clientAuthorities() {
        return authorities;
    }
}
