package io.felucca.pki;

import io.felucca.pki.api.ClusterTrust.Order;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certificates (RFC 5280) signed with ECDSA. The one class that touches Bouncy Castle, so that a
 * start at which nothing must be issued does not load it; keys and signatures are the JDK's.
 */
final class CertificateWriter {
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 127;

    private CertificateWriter() {}

    record Validity(Instant notBefore, Instant notAfter) {}

    /** A certificate of an authority over itself. */
    static X509Certificate authority(
            String commonName, PublicKey publicKey, PrivateKey key, Validity validity) {
        X500Name name = name(commonName, List.of());
        X509v3CertificateBuilder builder = builder(name, validity, name, publicKey);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            KeyUsage.digitalSignature
                                    | KeyUsage.keyEncipherment
                                    | KeyUsage.keyCertSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(publicKey));
            return sign(builder, key);
        } catch (GeneralSecurityException | IOException | OperatorException e) {
            throw notSigned(e);
        }
    }

    static X509Certificate client(
            X509Certificate authority,
            PrivateKey authorityKey,
            String commonName,
            List<String> organizations,
            PublicKey publicKey,
            Validity validity) {
        X509v3CertificateBuilder builder =
                builder(subject(authority), validity, name(commonName, organizations), publicKey);
        try {
            addLeafExtensions(builder, authority, KeyPurposeId.id_kp_clientAuth);
            return sign(builder, authorityKey);
        } catch (GeneralSecurityException | IOException | OperatorException e) {
            throw notSigned(e);
        }
    }

    static X509Certificate serving(
            X509Certificate authority,
            PrivateKey authorityKey,
            String commonName,
            ServingNames names,
            PublicKey publicKey,
            Validity validity) {
        X509v3CertificateBuilder builder =
                builder(subject(authority), validity, name(commonName, List.of()), publicKey);
        try {
            addLeafExtensions(builder, authority, KeyPurposeId.id_kp_serverAuth);
            GeneralName[] listed = alternatives(names);
            if (listed.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(listed));
            }
            return sign(builder, authorityKey);
        } catch (GeneralSecurityException | IOException | OperatorException e) {
            throw notSigned(e);
        }
    }

    /** What a signing request asks for, with all that it says of itself. */
    static X509Certificate ordered(
            X509Certificate authority, PrivateKey authorityKey, Order order, Validity validity) {
        X509v3CertificateBuilder builder =
                builder(
                        subject(authority),
                        validity,
                        X500Name.getInstance(order.subject().getEncoded()),
                        order.publicKey());
        KeyUsages usages = KeyUsages.of(order.usages());
        try {
            if (usages.bits() != 0) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(usages.bits()));
            }
            if (!usages.purposes().isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(usages.purposes().toArray(new KeyPurposeId[0])));
            }
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.authorityKeyIdentifier, false, keyIdOf(authority));
            if (order.alternativeNames().length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        order.subject().getName().isEmpty(),
                        GeneralNames.getInstance(order.alternativeNames()));
            }
            return sign(builder, authorityKey);
        } catch (GeneralSecurityException | IOException | OperatorException e) {
            throw notSigned(e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, Validity validity, X500Name subject, PublicKey publicKey) {
        return new X509v3CertificateBuilder(
                issuer,
                serial(),
                Date.from(validity.notBefore()),
                Date.from(validity.notAfter()),
                Locale.ROOT,
                subject,
                SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()));
    }

    private static void addLeafExtensions(
            X509v3CertificateBuilder builder, X509Certificate authority, KeyPurposeId purpose)
            throws GeneralSecurityException, IOException {
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.authorityKeyIdentifier, false, keyIdOf(authority));
    }

    /** As the authority names its key itself: there is more than one way to derive a name. */
    private static AuthorityKeyIdentifier keyIdOf(X509Certificate authority)
            throws GeneralSecurityException {
        byte[] own = authority.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        return own == null
                ? new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority.getPublicKey())
                : new AuthorityKeyIdentifier(
                        SubjectKeyIdentifier.getInstance(
                                        ASN1OctetString.getInstance(own).getOctets())
                                .getKeyIdentifier());
    }

    private static GeneralName[] alternatives(ServingNames names) {
        GeneralName[] listed =
                new GeneralName[names.dnsNames().size() + names.ipAddresses().size()];
        int next = 0;
        for (String dnsName : names.dnsNames()) {
            listed[next++] = new GeneralName(GeneralName.dNSName, new DERIA5String(dnsName, true));
        }
        for (String address : names.ipAddresses()) {
            listed[next++] =
                    new GeneralName(
                            GeneralName.iPAddress,
                            new DEROctetString(ServingNames.parse(address).getAddress()));
        }
        return listed;
    }

    private static X500Name subject(X509Certificate certificate) {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    /** Values as typed strings: untyped ones would be searched for escapes. */
    private static X500Name name(String commonName, List<String> organizations) {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        for (String organization : organizations) {
            name.addRDN(BCStyle.O, new DERUTF8String(organization));
        }
        return name.addRDN(BCStyle.CN, new DERUTF8String(commonName)).build();
    }

    /** Positive and not guessable, as RFC 5280 asks. */
    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, IOException, OperatorException {
        byte[] encoded =
                builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)).getEncoded();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static IllegalStateException notSigned(Exception why) {
        return new IllegalStateException("a certificate could not be signed", why);
    }
}
