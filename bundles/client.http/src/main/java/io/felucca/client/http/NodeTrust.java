package io.felucca.client.http;

import io.felucca.pki.api.ClusterTrust;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;

/** The cluster's authority as a node knows it: by its certificate, without its keys. */
record NodeTrust(X509Certificate authority, String authorityPem) implements ClusterTrust {
    private static final String ELSEWHERE =
            "only the control plane has the cluster's keys; a node gets its certificates from"
                    + " './felucca node token' there";

    @Override
    public KeyPair serviceAccountKey() {
        throw new UnsupportedOperationException(ELSEWHERE);
    }

    @Override
    public Issued issueClient(String commonName, List<String> organizations) {
        throw new UnsupportedOperationException(ELSEWHERE);
    }

    @Override
    public Issued issueServing(String commonName, List<String> dnsNames, List<String> ipAddresses) {
        throw new UnsupportedOperationException(ELSEWHERE);
    }
}
