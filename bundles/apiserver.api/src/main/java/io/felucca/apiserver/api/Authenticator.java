package io.felucca.apiserver.api;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.annotation.versioning.ConsumerType;

/** Tells who sends a request, as an OSGi service; asked in the order of service ranking. */
@ConsumerType
public interface Authenticator {

    /**
     * @return who it is, empty if this authenticator sees no credential of its kind
     * @throws io.felucca.machinery.ApiException 401 for a credential of its kind that is not valid
     */
    Optional<UserInfo> authenticate(Credentials credentials);

    /**
     * @param certificates the client's verified chain, leaf first, or empty
     * @param bearerToken from the Authorization header or the WebSocket protocol, or empty
     * @param header any header's first value
     */
    record Credentials(
            List<X509Certificate> certificates,
            Optional<String> bearerToken,
            Function<String, Optional<String>> header) {
        public Credentials {
            certificates = List.copyOf(certificates);
        }
    }
}
