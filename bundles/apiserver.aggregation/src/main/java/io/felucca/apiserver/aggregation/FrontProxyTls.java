package io.felucca.apiserver.aggregation;

import io.felucca.pki.api.ClusterTrust;
import io.felucca.pki.api.ClusterTrust.Issued;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS as the cluster's front proxy, by whose certificate remote servers know that they may believe
 * the headers. Thread-safe.
 */
final class FrontProxyTls {
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final char[] NO_PASSWORD = {};

    private final ClusterTrust trust;
    private final Clock clock;

    // Guarded by this.
    private KeyManager[] keys;
    private Instant renewAt = Instant.MIN;

    FrontProxyTls(ClusterTrust trust, Clock clock) {
        this.trust = trust;
        this.clock = clock;
    }

    /**
     * A context with what the certificate is now, and how long it is good.
     *
     * @throws IOException saying why the caBundle can't be used
     */
    Context of(ServiceRef service) throws IOException {
        try {
            return context(service.insecure() ? new TrustAll() : authorities(service.caBundle()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the caBundle can't be used: " + e.getMessage(), e);
        }
    }

    /** For asking whether somebody answers at all, whoever it is. */
    Context trustingAll() {
        try {
            return context(new TrustAll());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS could not be set up", e);
        }
    }

    /** A TLS context that is to be made anew at some time. */
    record Context(SSLContext tls, Instant renewAt) {}

    private synchronized Context context(TrustManager trusted) throws GeneralSecurityException {
        if (keys == null || clock.instant().isAfter(renewAt)) {
            Issued issued = trust.issueFrontProxyClient();
            keys = keyManagers(issued);
            renewAt = issued.chain().get(0).getNotAfter().toInstant().minus(RENEW_BEFORE);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {trusted}, null);
        return new Context(context, renewAt);
    }

    private static KeyManager[] keyManagers(Issued issued) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry(
                    "proxy", issued.key(), NO_PASSWORD, issued.chain().toArray(new Certificate[0]));
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (IOException e) {
            throw new GeneralSecurityException("a key store in memory can't fail to be read", e);
        }
    }

    private static TrustManager authorities(String caBundle)
            throws GeneralSecurityException, IOException {
        KeyStore store = null;
        if (!caBundle.isEmpty()) {
            store = KeyStore.getInstance("JKS");
            store.load(null, NO_PASSWORD);
            int number = 0;
            byte[] pem = Base64.getMimeDecoder().decode(caBundle);
            for (Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))) {
                store.setCertificateEntry("ca-" + number++, one);
            }
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers()[0];
    }

    /** For {@code insecureSkipTLSVerify}; being extended, it also switches off the name's check. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // Whoever asked for it is not to be told from others.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // As above.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // As above.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("only servers are called");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
