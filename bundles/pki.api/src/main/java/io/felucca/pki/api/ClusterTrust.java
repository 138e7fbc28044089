package io.felucca.pki.api;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What the cluster's certificate authority made at first start. Thread-safe, unchanging. */
@ProviderType
public interface ClusterTrust {

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
