package io.felucca.pki.api;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.osgi.annotation.versioning.ProviderType;

/** What the cluster's certificate authority made at first start. Thread-safe, unchanging. */
@ProviderType
public interface ClusterTrust {
    /** The common name of the cluster's own front proxy. */
    String FRONT_PROXY = "front-proxy-client";

    /** The authority that signed every serving and client certificate. */
    X509Certificate authority();

    /** The same as PEM, as it stands in kubeconfigs and in ConfigMap kube-root-ca.crt. */
    String authorityPem();

    /** Signs service-account tokens (RSA 2048). */
    KeyPair serviceAccountKey();

    /**
     * A client certificate for a component of this cluster: the one that was issued for the same
     * name and organizations before, while more than 30 days of its year are left, or a new one.
     */
    Issued issueClient(String commonName, List<String> organizations);

    /** Issues a serving certificate, valid for a year, for DNS names and IP addresses. */
    Issued issueServing(String commonName, List<String> dnsNames, List<String> ipAddresses);

    /**
     * Signs a certificate for a key of somebody else. Whether it should be, the caller has decided.
     *
     * @throws IllegalArgumentException naming a usage that is not known
     * @throws UnsupportedOperationException where the authority's key is not
     */
    default X509Certificate sign(Order order) {
        throw new UnsupportedOperationException("the authority's key is not here");
    }

    /**
     * The authority of front proxies: who has a certificate of it may tell API servers in request
     * headers who a user is. It signs nothing else, and the cluster's own authority signs nobody
     * that could pass for one.
     *
     * @throws UnsupportedOperationException where the authority is not
     */
    default X509Certificate frontProxyAuthority() {
        throw new UnsupportedOperationException("the front proxies' authority is not here");
    }

    /**
     * With what this server's own front proxy, the aggregator, proves itself: a client certificate
     * for {@value #FRONT_PROXY}, renewed as those of {@link #issueClient} are.
     *
     * @throws UnsupportedOperationException where the authority is not
     */
    default Issued issueFrontProxyClient() {
        throw new UnsupportedOperationException("the front proxies' authority is not here");
    }

    /**
     * What a certificate shall say. It never makes an authority, and ends with the authority's own
     * at the latest.
     *
     * @param alternativeNames the extension's value (RFC 5280, 4.2.1.6) in DER; empty for none
     * @param usages as CertificateSigningRequests name them, such as {@code client auth}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Order(
            X500Principal subject,
            PublicKey publicKey,
            byte[] alternativeNames,
            List<String> usages,
            Instant notBefore,
            Instant notAfter) {
        public Order {
            usages = List.copyOf(usages);
        }
    }

    /**
     * A key and its certificate.
     *
     * @param chain leaf first, authority last
     */
    record Issued(java.security.PrivateKey key, List<X509Certificate> chain) {
        public Issued {
            chain = List.copyOf(chain);
        }
    }
}
