package io.felucca.itests.benchmarks;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/** One cipher for all, the fastest, so that servers differ in what they do and not in that. */
final class Tls {
    private static final char[] PASSWORD = "benchmark".toCharArray();
    private static final List<String> CIPHERS = List.of("TLS_AES_128_GCM_SHA256");
    private static final ApplicationProtocolConfig H2 =
            new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2);

    private Tls() {}

    /** A key and certificate for loopback, made by the JDK's own tool. */
    static void makeKeyStore(Path file) throws IOException, InterruptedException {
        Files.deleteIfExists(file);
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "limit",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=127.0.0.1",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .inheritIO()
                        .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no key");
        }
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    static SslContext server(Path keyStore) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(keyStore), PASSWORD);
        return SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3")
                .ciphers(CIPHERS)
                .applicationProtocolConfig(H2)
                .build();
    }

    /** For the limit's server. */
    static SslContext client(Path keyStore) throws IOException, GeneralSecurityException {
        Certificate certificate = load(keyStore).getCertificate("limit");
        return client().trustManager((java.security.cert.X509Certificate) certificate).build();
    }

    static SslContext client(Kubeconfig config) throws SSLException {
        return client().trustManager(Kubeconfig.pem(config.authority()))
                .keyManager(Kubeconfig.pem(config.certificate()), Kubeconfig.pem(config.key()))
                .build();
    }

    private static SslContextBuilder client() {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3")
                .ciphers(CIPHERS)
                .applicationProtocolConfig(H2);
    }
}
