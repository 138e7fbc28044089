package io.felucca.pki;

import io.felucca.pki.api.ClusterTrust.Issued;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs certificates (RFC 5280) with ECDSA on P-256. Written out here because the JDK reads
 * certificates but makes none, and a library that does is larger than all the rest of the server.
 * Thread-safe.
 */
final class Authority {
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration LEAF_LIFETIME = Duration.ofDays(365);

    /** Machines whose clocks differ a little must accept a certificate at once. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ORGANIZATION = "2.5.4.10";
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String SUBJECT_KEY_ID = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_ID = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private static final int ALTERNATIVE_DNS_NAME = 2;
    private static final int ALTERNATIVE_IP_ADDRESS = 7;

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
        byte[] name = name(commonName, List.of());
        byte[] extensions =
                Der.sequence(
                        extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true))),
                        // digitalSignature, keyEncipherment, keyCertSign: bits 0, 2 and 5.
                        extension(KEY_USAGE, true, Der.bits(2, new byte[] {(byte) 0b1010_0100})),
                        extension(SUBJECT_KEY_ID, false, Der.octets(keyId(pair.getPublic()))));
        X509Certificate certificate =
                sign(
                        pair.getPrivate(),
                        name,
                        name,
                        now,
                        now.plus(AUTHORITY_LIFETIME),
                        pair.getPublic(),
                        extensions);
        return new Authority(certificate, pair.getPrivate(), clock);
    }

    Issued issueClient(String commonName, List<String> organizations) {
        return issue(commonName, organizations, CLIENT_AUTH, List.of());
    }

    Issued issueServing(String commonName, List<String> dnsNames, List<String> ipAddresses) {
        List<byte[]> names = new ArrayList<>();
        for (String dnsName : dnsNames) {
            names.add(Der.implicit(ALTERNATIVE_DNS_NAME, Der.ascii(dnsName)));
        }
        for (String address : ipAddresses) {
            names.add(
                    Der.implicit(ALTERNATIVE_IP_ADDRESS, ServingNames.parse(address).getAddress()));
        }
        return issue(commonName, List.of(), SERVER_AUTH, names);
    }

    private Issued issue(
            String commonName, List<String> organizations, String usage, List<byte[]> names) {
        KeyPair pair = newKey();
        List<byte[]> extensions = new ArrayList<>();
        // digitalSignature: bit 0.
        extensions.add(extension(KEY_USAGE, true, Der.bits(7, new byte[] {(byte) 0b1000_0000})));
        extensions.add(extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(usage))));
        extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
        extensions.add(
                extension(
                        AUTHORITY_KEY_ID,
                        false,
                        Der.sequence(Der.implicit(0, keyId(certificate.getPublicKey())))));
        if (!names.isEmpty()) {
            extensions.add(
                    extension(
                            ALTERNATIVE_NAMES, false, Der.sequence(names.toArray(new byte[0][]))));
        }
        Instant now = clock.instant();
        Instant end = now.plus(LEAF_LIFETIME);
        // A certificate that outlives its authority would only pretend to be valid.
        Instant authorityEnd = certificate.getNotAfter().toInstant();
        X509Certificate leaf =
                sign(
                        key,
                        certificate.getSubjectX500Principal().getEncoded(),
                        name(commonName, organizations),
                        now,
                        end.isAfter(authorityEnd) ? authorityEnd : end,
                        pair.getPublic(),
                        Der.sequence(extensions.toArray(new byte[0][])));
        return new Issued(pair.getPrivate(), List.of(leaf, certificate));
    }

    private static X509Certificate sign(
            PrivateKey issuerKey,
            byte[] issuer,
            byte[] subject,
            Instant now,
            Instant notAfter,
            PublicKey subjectKey,
            byte[] extensions) {
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
        byte[] body =
                Der.sequence(
                        Der.explicit(0, Der.integer(BigInteger.TWO)),
                        Der.integer(serial()),
                        algorithm,
                        issuer,
                        Der.sequence(Der.time(now.minus(CLOCK_SKEW)), Der.time(notAfter)),
                        subject,
                        subjectKey.getEncoded(),
                        Der.explicit(3, extensions));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuerKey);
            signature.update(body);
            byte[] whole = Der.sequence(body, algorithm, Der.bits(signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(whole));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate could not be signed", e);
        }
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] name(String commonName, List<String> organizations) {
        List<byte[]> parts = new ArrayList<>();
        for (String organization : organizations) {
            parts.add(namePart(ORGANIZATION, organization));
        }
        parts.add(namePart(COMMON_NAME, commonName));
        return Der.sequence(parts.toArray(new byte[0][]));
    }

    private static byte[] namePart(String oid, String value) {
        return Der.set(Der.sequence(Der.oid(oid), Der.utf8(value)));
    }

    /** Positive and not guessable, as RFC 5280 asks. */
    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);
    }

    private static byte[] keyId(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
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
