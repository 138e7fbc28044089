package io.felucca.apiserver.admission.certificates;

import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import java.util.List;

/** Whether a user may approve for, or sign as, a signer: by its name or for its whole domain. */
final class SignerPermission {
    private static final String GROUP = "certificates.k8s.io";

    private SignerPermission() {}

    static boolean isUpdateOf(Request request, String subresource) {
        return request.operation() == Operation.UPDATE
                && request.resource().group().equals(GROUP)
                && request.resource().resource().equals("certificatesigningrequests")
                && request.subresource().equals(subresource);
    }

    /**
     * @param verb {@code approve} or {@code sign}
     * @throws ApiException 403
     */
    static void require(Request request, String verb, List<Authorizer> authorizers) {
        String signer = request.old().at("/spec/signerName").asText("");
        String domain = signer.substring(0, Math.max(0, signer.indexOf('/'))) + "/*";
        boolean allowed =
                may(request.user(), verb, signer, authorizers)
                        || may(request.user(), verb, domain, authorizers);
        if (!allowed) {
            throw ApiException.forbidden(
                    request.resource().groupResource(),
                    request.name(),
                    "user not permitted to "
                            + verb
                            + " requests with signerName \""
                            + signer
                            + "\"");
        }
    }

    private static boolean may(
            UserInfo user, String verb, String signer, List<Authorizer> authorizers) {
        Attributes asked = new Attributes(user, verb, GROUP, "*", "signers", "", "", signer, "");
        return Authorizer.decide(authorizers, asked).verdict() == Verdict.ALLOW;
    }
}
