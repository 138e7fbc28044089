package io.felucca.apiserver.admission.certificates;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.ApiException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.osgi.service.component.annotations.Component;

/**
 * Nobody asks the API server's client signer for a certificate of {@code system:masters}, which no
 * role could take back. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=CertificateSubjectRestriction")
public final class CertificateSubjectRestriction implements AdmissionPlugin {
    private static final String SIGNER = "kubernetes.io/kube-apiserver-client";
    private static final String MASTERS = "system:masters";

    @Override
    public void validate(Request request) {
        if (request.operation() != Operation.CREATE
                || !request.resource().group().equals("certificates.k8s.io")
                || !request.resource().resource().equals("certificatesigningrequests")
                || !request.subresource().isEmpty()
                || !request.object().at("/spec/signerName").asText("").equals(SIGNER)) {
            return;
        }
        if (isForMasters(request)) {
            throw forbidden(
                    request,
                    "use of " + SIGNER + " signer with " + MASTERS + " group is not allowed");
        }
    }

    private static boolean isForMasters(Request request) {
        try {
            byte[] pem =
                    Base64.getMimeDecoder().decode(request.object().at("/spec/request").asText(""));
            try (PEMParser parser =
                    new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
                if (parser.readObject() instanceof PKCS10CertificationRequest asked) {
                    return Arrays.stream(asked.getSubject().getRDNs(BCStyle.O))
                            .flatMap(part -> Arrays.stream(part.getTypesAndValues()))
                            .anyMatch(one -> one.getValue().toString().equals(MASTERS));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw forbidden(request, "failed to parse CSR: " + e.getMessage());
        }
        throw forbidden(request, "failed to parse CSR: PEM block type must be CERTIFICATE REQUEST");
    }

    private static ApiException forbidden(Request request, String why) {
        return ApiException.forbidden(request.resource().groupResource(), request.name(), why);
    }
}
