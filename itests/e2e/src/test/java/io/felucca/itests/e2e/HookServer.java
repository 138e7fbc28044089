package io.felucca.itests.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Admission webhooks in this process, that the cluster calls by their URL. */
final class HookServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "password";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpsServer server;
    private final String caBundle;

    HookServer(Path folder) throws IOException, GeneralSecurityException {
        Path store = folder.resolve("hook.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String options =
                " -genkeypair -alias hook -keyalg EC -dname CN=hook -ext san=ip:127.0.0.1"
                        + " -storetype PKCS12 -storepass "
                        + PASSWORD
                        + " -keystore "
                        + store;
        Run.of(List.of((keytool + options).split(" ")), Map.of(), "", 30).ok();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        String pem =
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("hook").getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
        caBundle = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        // A hook may ask the cluster, which may ask another.
        server.setExecutor(threads);
        server.start();
    }

    /** A response that allows and patches. */
    static String patch(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return "{\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\""
                + Base64.getEncoder().encodeToString(bytes)
                + "\"}";
    }

    /** Answers every review at a path alike. */
    void answer(String path, String response) {
        answer(
                path,
                request -> {
                    try {
                        return (ObjectNode) JSON.readTree(response);
                    } catch (JsonProcessingException e) {
                        throw new IllegalArgumentException(response, e);
                    }
                });
    }

    /** Answers each review at a path, of admission or conversion, by what it asks. */
    void answer(String path, Function<JsonNode, ObjectNode> responses) {
        server.createContext(
                path,
                exchange -> {
                    JsonNode review = JSON.readTree(exchange.getRequestBody());
                    ObjectNode said = responses.apply(review.get("request"));
                    said.set("uid", review.at("/request/uid"));
                    ObjectNode answer = JSON.createObjectNode();
                    answer.set("apiVersion", review.get("apiVersion"));
                    answer.set("kind", review.get("kind"));
                    answer.set("response", said);
                    byte[] body = JSON.writeValueAsBytes(answer);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    String url(String path) {
        return "https://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    String caBundle() {
        return caBundle;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
