package io.felucca.testing;

import io.felucca.pki.api.ClusterTrust;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;

/** A trust that can do nothing: a test implements what it needs of it. */
public interface PartialTrust extends ClusterTrust {
    @Override
    default X509Certificate authority() {
        throw new UnsupportedOperationException();
    }

    @Override
    default String authorityPem() {
        throw new UnsupportedOperationException();
    }

    @Override
    default KeyPair serviceAccountKey() {
        throw new UnsupportedOperationException();
    }

    @Override
    default Issued issueClient(String commonName, List<String> organizations) {
        throw new UnsupportedOperationException();
    }

    @Override
    default Issued issueServing(
            String commonName, List<String> dnsNames, List<String> ipAddresses) {
        throw new UnsupportedOperationException();
    }
}
