package io.felucca.http;

import io.felucca.http.api.TlsIdentity;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Makes the TLS side of a listener from an identity. */
final class Tls {
    /**
     * What HTTP/2 allows (RFC 9113, 9.2.2), AES-128 first: it is as safe as needed and the fastest.
     */
    private static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private Tls() {}

    /**
     * Without Netty's builder, whose classes begin with a trial of a key store under a password,
     * which takes 10,000 rounds of a hash on the way to the first listener.
     *
     * @throws SSLException if key and certificates don't make an identity
     */
    static SslContext context(TlsIdentity identity) throws SSLException {
        List<X509Certificate> authorities = identity.clientAuthorities();
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(
                    new KeyManager[] {new IdentityKeyManager(identity)},
                    new TrustManager[] {new NamingTrustManager(authorities)},
                    null);
            return new JdkSslContext(
                    tls,
                    false,
                    CIPHERS,
                    SupportedCipherSuiteFilter.INSTANCE,
                    new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2,
                            ApplicationProtocolNames.HTTP_1_1),
                    authorities.isEmpty() ? ClientAuth.NONE : ClientAuth.OPTIONAL,
                    new String[] {"TLSv1.3", "TLSv1.2"},
                    false);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new SSLException("the identity's key or certificates are unusable", e);
        }
    }

    /**
     * Names the authorities to the client and lets every certificate pass. TLS itself still proves
     * that the client holds its key; whom it is from is decided above, where a bad certificate can
     * be answered with a 401 instead of an alert that says nothing.
     */
    private static final class NamingTrustManager extends X509ExtendedTrustManager {
        private final X509Certificate[] authorities;

        NamingTrustManager(List<X509Certificate> authorities) {
            this.authorities = authorities.toArray(X509Certificate[]::new);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // Passes, see the class.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            // Passes, see the class.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // Passes, see the class.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("this side is the server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this side is the server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this side is the server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return authorities.clone();
        }
    }
}
