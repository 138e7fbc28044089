package io.felucca.apiserver.admission.dynamic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.felucca.machinery.Json;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Webhooks on a real HTTPS server with a certificate of its own. */
final class HookServer implements AutoCloseable {
    private static final String PASSWORD = "password";

    private final HttpsServer server;
    private final KeyStore keys = KeyStore.getInstance("PKCS12");
    private final ExecutorService executor = Executors.newCachedThreadPool();

    /** The paths that were called, and what with. */
    final List<String> paths = new CopyOnWriteArrayList<>();

    final List<ObjectNode> reviews = new CopyOnWriteArrayList<>();

    HookServer(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("keys.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process =
                new ProcessBuilder(
                                (keytool
                                                + " -genkeypair -alias hook -keyalg EC -dname"
                                                + " CN=hook -ext san=ip:127.0.0.1 -storetype PKCS12"
                                                + " -storepass password -keystore "
                                                + store)
                                        .split(" "))
                        .inheritIO()
                        .start();
        assertEquals(0, process.waitFor());
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(executor);
        server.start();
    }

    /**
     * Serves a webhook.
     *
     * @param response makes the response from the request, both of an AdmissionReview; its uid is
     *     filled in unless it has one
     */
    HookServer answer(String path, Function<ObjectNode, ObjectNode> response) {
        server.createContext(
                path,
                exchange -> {
                    ObjectNode review = Json.parseObject(exchange.getRequestBody().readAllBytes());
                    paths.add(path);
                    reviews.add(review);
                    ObjectNode request = (ObjectNode) review.get("request");
                    ObjectNode answer = Json.object();
                    answer.set("apiVersion", review.get("apiVersion"));
                    answer.set("kind", review.get("kind"));
                    ObjectNode said = response.apply(request);
                    if (!said.has("uid")) {
                        said.set("uid", request.get("uid"));
                    }
                    answer.set("response", said);
                    byte[] body = Json.bytes(answer);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        return this;
    }

    /** A response that allows and patches. */
    static ObjectNode patching(String patch) {
        byte[] json = patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return Json.object()
                .put("allowed", true)
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(json));
    }

    static ObjectNode allowing() {
        return Json.object().put("allowed", true);
    }

    /** A clientConfig for a path here. */
    ObjectNode config(String path) {
        try {
            String pem =
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(keys.getCertificate("hook").getEncoded())
                            + "\n-----END CERTIFICATE-----\n";
            return Json.object()
                    .put("url", url(path))
                    .put(
                            "caBundle",
                            Base64.getEncoder()
                                    .encodeToString(pem.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String url(String path) {
        return "https://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
