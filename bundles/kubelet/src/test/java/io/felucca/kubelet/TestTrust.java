package io.felucca.kubelet;

import io.felucca.testing.PartialTrust;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;

/** An authority made for one test. */
final class TestTrust implements PartialTrust {
    private final X509Bundle authority;

    TestTrust() {
        try {
            authority =
                    new CertificateBuilder()
                            .subject("CN=test-ca")
                            .setIsCertificateAuthority(true)
                            .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client's certificate, signed by this authority. */
    X509Certificate client(String subject) {
        try {
            return new CertificateBuilder()
                    .subject(subject)
                    .addExtendedKeyUsageClientAuth()
                    .buildIssuedBy(authority)
                    .getCertificate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public X509Certificate authority() {
        return authority.getCertificate();
    }

    @Override
    public String authorityPem() {
        return authority.getCertificatePEM();
    }
}
