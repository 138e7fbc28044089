package io.felucca.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as PEM text (RFC 7468). Readers throw on anything damaged. */
final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private static final int LINE_LENGTH = 64;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private Pem() {}

    static String certificates(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : chain) {
                text.append(block(CERTIFICATE, certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate could not be encoded", e);
        }
        return text.toString();
    }

    /** As PKCS#8. */
    static String privateKey(PrivateKey key) {
        return block(PRIVATE_KEY, key.getEncoded());
    }

    static String publicKey(PublicKey key) {
        return block(PUBLIC_KEY, key.getEncoded());
    }

    /** All certificates in the text, in order; at least one. */
    static List<X509Certificate> readCertificates(String text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        for (byte[] encoded : blocks(text, CERTIFICATE)) {
            found.add(
                    (X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(encoded)));
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("it holds no certificate");
        }
        return found;
    }

    /**
     * The first private key in the text.
     *
     * @param algorithm {@code EC} or {@code RSA}
     */
    static PrivateKey readPrivateKey(String text, String algorithm)
            throws GeneralSecurityException {
        List<byte[]> keys = blocks(text, PRIVATE_KEY);
        if (keys.isEmpty()) {
            throw new GeneralSecurityException("it holds no private key in PKCS#8");
        }
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
    }

    private static List<byte[]> blocks(String text, String type) throws GeneralSecurityException {
        List<byte[]> found = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals(type)) {
                try {
                    found.add(Base64.getMimeDecoder().decode(matcher.group(2)));
                } catch (IllegalArgumentException e) {
                    throw new GeneralSecurityException("its base64 is broken", e);
                }
            }
        }
        return found;
    }

    private static String block(String type, byte[] content) {
        String body =
                Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
