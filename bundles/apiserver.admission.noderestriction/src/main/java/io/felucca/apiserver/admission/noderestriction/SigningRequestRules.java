package io.felucca.apiserver.admission.noderestriction;

import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** A node asks for certificates of a node only in its own name. */
final class SigningRequestRules {
    private static final Set<String> OF_NODES =
            Set.of("kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving");

    private SigningRequestRules() {}

    static void check(Request request, String node) {
        if (request.operation() != Operation.CREATE
                || !request.resource().resource().equals("certificatesigningrequests")
                || !request.subresource().isEmpty()
                || !OF_NODES.contains(request.object().at("/spec/signerName").asText(""))) {
            return;
        }
        String expected = "system:node:" + node;
        if (!commonName(request).equals(expected)) {
            throw NodeRestriction.forbidden(
                    request, "can only create a node CSR with CN=" + expected);
        }
    }

    private static String commonName(Request request) {
        try {
            byte[] pem =
                    Base64.getMimeDecoder().decode(request.object().at("/spec/request").asText(""));
            try (PEMParser parser =
                    new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
                if (parser.readObject() instanceof PKCS10CertificationRequest asked) {
                    RDN[] names = asked.getSubject().getRDNs(BCStyle.CN);
                    return names.length == 1 ? names[0].getFirst().getValue().toString() : "";
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw NodeRestriction.forbidden(request, "unable to parse csr: " + e.getMessage());
        }
        throw NodeRestriction.forbidden(
                request, "unable to parse csr: it has no CERTIFICATE REQUEST");
    }
}
