package io.felucca.controller.rootca;

import io.felucca.pki.api.ClusterTrust;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;

/** An authority of which only the PEM form is of interest. */
final class FakeTrust implements ClusterTrust {
    static final String PEM = "-----BEGIN CERTIFICATE-----\n";

    @Override
    public String authorityPem() {
        return PEM;
    }

    @Override
    public X509Certificate authority() {
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
