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
     * A service property, of type Boolean: true of one that waits for an answer from elsewhere. The
     * server then calls it on a thread that may wait.
     */
    String BLOCKS = "authenticator.blocks";

    /** Of a credential that came some other way. */
    Headers NO_HEADERS =
            new Headers() {
                @Override
                public List<String> all(String name) {
                    return List.of();
                }

                @Override
                public Iterable<String> names() {
                    return List.of();
                }
            };

    /**
     * @return who it is, empty if this authenticator sees no credential of its kind
     * @throws io.felucca.machinery.ApiException 401 for a credential of its kind that is not valid
     */
    Optional<UserInfo> authenticate(Credentials credentials);

    /**
     * @param certificates the client's verified chain, leaf first, or empty
     * @param bearerToken from the Authorization header or the WebSocket protocol, or empty
     * @param header any header's first value
     * @param headers all headers, for who needs more
     */
    record Credentials(
            List<X509Certificate> certificates,
            Optional<String> bearerToken,
            Function<String, Optional<String>> header,
            Headers headers) {
        public Credentials {
            certificates = List.copyOf(certificates);
        }

        /** With single headers only. */
        public Credentials(
                List<X509Certificate> certificates,
                Optional<String> bearerToken,
                Function<String, Optional<String>> header) {
            this(certificates, bearerToken, header, NO_HEADERS);
        }
    }

    /** A request's headers; names in any case. */
    interface Headers {
        /** All values of a header. */
        List<String> all(String name);

        /** The names of all headers. */
        Iterable<String> names();
    }
}
