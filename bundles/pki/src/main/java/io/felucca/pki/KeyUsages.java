package io.felucca.pki;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * The usages of a key, as X.509 writes them.
 *
 * @param bits of the extension key usage
 */
record KeyUsages(int bits, List<KeyPurposeId> purposes) {
    private static final Map<String, Integer> BITS =
            Map.of(
                    "signing", KeyUsage.digitalSignature,
                    "digital signature", KeyUsage.digitalSignature,
                    "content commitment", KeyUsage.nonRepudiation,
                    "key encipherment", KeyUsage.keyEncipherment,
                    "data encipherment", KeyUsage.dataEncipherment,
                    "key agreement", KeyUsage.keyAgreement,
                    "cert sign", KeyUsage.keyCertSign,
                    "crl sign", KeyUsage.cRLSign,
                    "encipher only", KeyUsage.encipherOnly,
                    "decipher only", KeyUsage.decipherOnly);

    private static final Map<String, KeyPurposeId> PURPOSES =
            Map.ofEntries(
                    Map.entry("any", KeyPurposeId.anyExtendedKeyUsage),
                    Map.entry("server auth", KeyPurposeId.id_kp_serverAuth),
                    Map.entry("client auth", KeyPurposeId.id_kp_clientAuth),
                    Map.entry("code signing", KeyPurposeId.id_kp_codeSigning),
                    Map.entry("email protection", KeyPurposeId.id_kp_emailProtection),
                    Map.entry("s/mime", KeyPurposeId.id_kp_emailProtection),
                    Map.entry("ipsec end system", KeyPurposeId.id_kp_ipsecEndSystem),
                    Map.entry("ipsec tunnel", KeyPurposeId.id_kp_ipsecTunnel),
                    Map.entry("ipsec user", KeyPurposeId.id_kp_ipsecUser),
                    Map.entry("timestamping", KeyPurposeId.id_kp_timeStamping),
                    Map.entry("ocsp signing", KeyPurposeId.id_kp_OCSPSigning),
                    Map.entry("microsoft sgc", KeyPurposeId.id_kp_msSGC),
                    Map.entry("netscape sgc", KeyPurposeId.id_kp_nsSGC));

    KeyUsages {
        purposes = List.copyOf(purposes);
    }

    /**
     * @param names as CertificateSigningRequests have them
     */
    static KeyUsages of(List<String> names) {
        int bits = 0;
        List<KeyPurposeId> purposes = new ArrayList<>();
        for (String name : names) {
            if (BITS.containsKey(name)) {
                bits |= BITS.get(name);
            } else if (PURPOSES.containsKey(name)) {
                purposes.add(PURPOSES.get(name));
            } else {
                throw new IllegalArgumentException("unrecognized usage values: [" + name + "]");
            }
        }
        return new KeyUsages(bits, purposes);
    }
}
