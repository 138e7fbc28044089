package io.felucca.http.api;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * With what a listener proves itself and whom it trusts, as an OSGi service with the property
 * {@link HttpHandler#LISTENER}. A new service with the same property takes over for new
 * connections; when it departs without a successor the listener goes on with what it had. The
 * methods are read once, when the service comes.
 */
@ConsumerType
public interface TlsIdentity {
    PrivateKey privateKey();

    /** Leaf first. */
    List<X509Certificate> certificateChain();

    /**
     * Authorities whose client certificates are asked for; empty: no client certificate is asked
     * for. They are only named to the client: see {@link HttpExchange#clientCertificates()}.
     */
    List<X509Certificate> clientAuthorities();
}
