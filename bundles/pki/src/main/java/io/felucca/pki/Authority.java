package io.felucca.pki;

import io.felucca.pki.api.ClusterTrust.Issued;
import io.felucca.pki.api.ClusterTrust.Order;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Issues certificates for new keys, most of them on P-256. Thread-safe. */
final class Authority {
    private static final int RSA_BITS = 2048;
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration LEAF_LIFETIME = Duration.ofDays(365);

    /** Machines whose clocks differ a little must accept a certificate at once. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Clock clock;

    Authority(X509Certificate certificate, PrivateKey key, Clock clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    X509Certificate certificate() {
        return certificate;
    }

    PrivateKey key() {
        return key;
    }

    /** A new authority with a new key, valid for ten years. */
    static Authority create(String commonName, Clock clock) {
        Instant now = clock.instant();
        KeyPair pair = newKey();
        X509Certificate certificate =
                CertificateWriter.authority(
                        commonName,
                        pair.getPublic(),
                        pair.getPrivate(),
                        validity(now, now.plus(AUTHORITY_LIFETIME)));
        return new Authority(certificate, pair.getPrivate(), clock);
    }

    Issued issueClient(String commonName, List<String> organizations) {
        return issueClient(commonName, organizations, newKey());
    }

    /** With a key of RSA, which is what many clients take a key in a kubeconfig for. */
    Issued issuePerson(String commonName, List<String> organizations) {
        return issueClient(commonName, organizations, newRsaKey());
    }

    private Issued issueClient(String commonName, List<String> organizations, KeyPair pair) {
        X509Certificate leaf =
                CertificateWriter.client(
                        certificate,
                        key,
                        commonName,
                        organizations,
                        pair.getPublic(),
                        leafValidity());
        return new Issued(pair.getPrivate(), List.of(leaf, certificate));
    }

    Issued issueServing(String commonName, ServingNames names) {
        KeyPair pair = newKey();
        X509Certificate leaf =
                CertificateWriter.serving(
                        certificate, key, commonName, names, pair.getPublic(), leafValidity());
        return new Issued(pair.getPrivate(), List.of(leaf, certificate));
    }

    X509Certificate sign(Order order) {
        Instant authorityEnd = certificate.getNotAfter().toInstant();
        Instant end = order.notAfter().isAfter(authorityEnd) ? authorityEnd : order.notAfter();
        return CertificateWriter.ordered(
                certificate, key, order, new CertificateWriter.Validity(order.notBefore(), end));
    }

    private CertificateWriter.Validity leafValidity() {
        Instant now = clock.instant();
        Instant end = now.plus(LEAF_LIFETIME);
        // A certificate that outlives its authority would only pretend to be valid.
        Instant authorityEnd = certificate.getNotAfter().toInstant();
        return validity(now, end.isAfter(authorityEnd) ? authorityEnd : end);
    }

    private static CertificateWriter.Validity validity(Instant now, Instant notAfter) {
        return new CertificateWriter.Validity(now.minus(CLOCK_SKEW), notAfter);
    }

    static KeyPair newRsaKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }
}
