package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.osgi.annotation.versioning.ConsumerType;

/** Issues service-account tokens, as an OSGi service; behind {@code serviceaccounts/token}. */
@ConsumerType
public interface TokenIssuer {

    /**
     * Issues a token for the ServiceAccount that the request names. Does not block and calls
     * nothing but reads of {@code server}.
     *
     * @param server where the account and the bound object are looked up
     * @param request on the subresource {@code token} of a ServiceAccount; authorized already
     * @param tokenRequest a TokenRequest; this call owns it
     * @return the TokenRequest with its status and the account's name and namespace
     * @throws io.felucca.machinery.ApiException NotFound for the account or the bound object,
     *     Invalid or BadRequest for what is asked, Conflict when the bound object is another by now
     */
    ObjectNode issue(ApiServer server, ApiRequest request, ObjectNode tokenRequest);
}
