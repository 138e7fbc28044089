package io.felucca.controller.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A certification request (RFC 2986) whose signature shows that its author has the key. */
final class Pkcs10 {
    private final JcaPKCS10CertificationRequest request;
    private final PublicKey key;

    private Pkcs10(JcaPKCS10CertificationRequest request, PublicKey key) {
        this.request = request;
        this.key = key;
    }

    /**
     * @param encoded PEM in base64, as {@code spec.request} has it
     * @throws IllegalArgumentException says what is wrong with it
     */
    static Pkcs10 parse(String encoded) {
        byte[] pem = Base64.getMimeDecoder().decode(encoded == null ? "" : encoded);
        try (PEMParser parser =
                new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
            }
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(parsed);
            PublicKey key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the request's signature is not its key's");
            }
            return new Pkcs10(request, key);
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException e) {
            throw new IllegalArgumentException("the request can't be read: " + e.getMessage(), e);
        }
    }

    PublicKey key() {
        return key;
    }

    X500Principal subject() {
        try {
            return new X500Principal(request.getSubject().getEncoded());
        } catch (IOException e) {
            throw new IllegalArgumentException("the request's subject can't be read", e);
        }
    }

    /** Empty unless there is exactly one. */
    String commonName() {
        List<String> names = values(BCStyle.CN);
        return names.size() == 1 ? names.get(0) : "";
    }

    List<String> organizations() {
        return values(BCStyle.O);
    }

    private List<String> values(ASN1ObjectIdentifier type) {
        List<String> values = new ArrayList<>();
        for (RDN part : request.getSubject().getRDNs(type)) {
            Arrays.stream(part.getTypesAndValues())
                    .filter(one -> one.getType().equals(type))
                    .forEach(one -> values.add(one.getValue().toString()));
        }
        return values;
    }

    /** Whether there are alternative names of a kind, a tag of {@link GeneralName}. */
    boolean hasNames(int tag) {
        GeneralNames names = alternativeNames();
        return names != null
                && Arrays.stream(names.getNames()).anyMatch(one -> one.getTagNo() == tag);
    }

    /** The extension's value in DER; empty for none. */
    byte[] alternativeNamesDer() {
        GeneralNames names = alternativeNames();
        try {
            return names == null ? new byte[0] : names.getEncoded();
        } catch (IOException e) {
            throw new IllegalArgumentException("the request's names can't be read", e);
        }
    }

    private GeneralNames alternativeNames() {
        return request.getRequestedExtensions() == null
                ? null
                : GeneralNames.fromExtensions(
                        request.getRequestedExtensions(), Extension.subjectAlternativeName);
    }
}
