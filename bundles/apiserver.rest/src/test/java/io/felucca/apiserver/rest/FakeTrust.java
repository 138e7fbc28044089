package io.felucca.apiserver.rest;

import io.felucca.pki.api.ClusterTrust;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;

/** A trust that issues nothing, for tests that never reach a node. */
final class FakeTrust implements ClusterTrust {
    @Override
    public X509Certificate authority() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String authorityPem() {
        throw new UnsupportedOperationException();
    }

    @Override
    public KeyPair serviceAccountKey() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Issued issueClient(String commonName, List<String> organizations) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Issued issueServing(String commonName, List<String> dnsNames, List<String> ipAddresses) {
        throw new UnsupportedOperationException();
    }
}
