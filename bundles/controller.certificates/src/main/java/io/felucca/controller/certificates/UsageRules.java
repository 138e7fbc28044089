package io.felucca.controller.certificates;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;

/** What each signer asks of a request, in upstream's words. */
final class UsageRules {
    private static final String NODE = "system:node:";
    private static final List<String> NODES = List.of("system:nodes");

    private UsageRules() {}

    /** What is wrong with a request for a signer; empty if nothing is. */
    static Optional<String> problem(String signer, Pkcs10 request, List<String> usages) {
        return switch (signer) {
            case Signers.CLIENT -> client(usages);
            case Signers.KUBELET_CLIENT -> kubeletClient(request, usages);
            case Signers.KUBELET_SERVING -> kubeletServing(request, usages);
            case Signers.LEGACY -> Optional.empty();
            default -> Optional.of("unrecognized signer: " + signer);
        };
    }

    private static Optional<String> client(List<String> usages) {
        for (String usage : usages) {
            if (!Set.of("digital signature", "key encipherment", "client auth").contains(usage)) {
                return Optional.of("invalid usage for client certificate: " + usage);
            }
        }
        return usages.contains("client auth")
                ? Optional.empty()
                : Optional.of("missing required usage for client certificate: client auth");
    }

    static Optional<String> kubeletClient(Pkcs10 request, List<String> usages) {
        if (!request.organizations().equals(NODES)) {
            return Optional.of("subject organization is not system:nodes");
        }
        if (request.hasNames(GeneralName.dNSName)) {
            return Optional.of("DNS subjectAltNames are not allowed");
        }
        if (request.hasNames(GeneralName.iPAddress)) {
            return Optional.of("IP subjectAltNames are not allowed");
        }
        return ofNode(request, usages, "client auth");
    }

    private static Optional<String> kubeletServing(Pkcs10 request, List<String> usages) {
        if (!request.organizations().equals(NODES)) {
            return Optional.of("subject organization is not system:nodes");
        }
        if (!request.hasNames(GeneralName.dNSName) && !request.hasNames(GeneralName.iPAddress)) {
            return Optional.of("at least one DNS or IP subjectAltName is required");
        }
        return ofNode(request, usages, "server auth");
    }

    private static Optional<String> ofNode(Pkcs10 request, List<String> usages, String purpose) {
        if (request.hasNames(GeneralName.rfc822Name)) {
            return Optional.of("Email subjectAltNames are not allowed");
        }
        if (request.hasNames(GeneralName.uniformResourceIdentifier)) {
            return Optional.of("URI subjectAltNames are not allowed");
        }
        if (!request.commonName().startsWith(NODE)) {
            return Optional.of("subject common name does not begin with system:node:");
        }
        Set<String> asked = new HashSet<>(usages);
        // Only RSA keys encipher.
        boolean fits =
                asked.equals(Set.of("digital signature", purpose))
                        || asked.equals(Set.of("digital signature", "key encipherment", purpose));
        return fits
                ? Optional.empty()
                : Optional.of("usages did not match [digital signature " + purpose + "]");
    }
}
