package io.felucca.testing;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * HTTPS servers on loopback, such as webhooks. All of one process have the same certificate, which
 * they signed themselves, for 127.0.0.1 and the Service {@code hook} in {@code harbour}: the JDK's
 * tool, which makes it, takes longer than most tests. Thread-safe.
 */
public final class LoopbackTls {
    private static final char[] PASSWORD = "password".toCharArray();
    private static final String ALIAS = "hook";
    private static final KeyStore KEYS = make();

    private LoopbackTls() {}

    /** A server on a free port; the caller starts and stops it. */
    public static HttpsServer server() throws IOException {
        try {
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(KEYS, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            HttpsServer server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return server;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS", e);
        }
    }

    public static String url(HttpsServer server, String path) {
        return "https://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The certificate as a {@code caBundle} has it: PEM, in base64. */
    public static String caBundle() {
        try {
            String pem =
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(KEYS.getCertificate(ALIAS).getEncoded())
                            + "\n-----END CERTIFICATE-----\n";
            return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate was readable before", e);
        }
    }

    private static KeyStore make() {
        try {
            Path folder = Files.createTempDirectory("felucca-tls");
            Path store = folder.resolve("keys.p12");
            String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            List<String> command =
                    List.of(
                            tool,
                            "-genkeypair",
                            "-alias",
                            ALIAS,
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=hook",
                            "-ext",
                            "san=dns:hook.harbour.svc,ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD),
                            "-keystore",
                            store.toString());
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException(tool + " ended with " + code);
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD);
            }
            Files.delete(store);
            Files.delete(folder);
            return keys;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate could be made", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
