package io.felucca.itests.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * An API server of boats (boats.example.com/v1) and of made-up metrics, in this process. It lets in
 * only who has a certificate of the front proxies' authority, and believes that one's headers.
 */
final class ExtensionServer implements AutoCloseable {
    static final String GROUP = "boats.example.com";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final char[] PASSWORD = "password".toCharArray();

    /** A watcher that is further behind fails the write. */
    private static final int MOST_EVENTS = 100;

    private static final String BOATS = "/apis/" + GROUP + "/v1";
    private static final String METRICS = "/apis/metrics.k8s.io/v1beta1";

    private final SSLContext tls;
    private final Map<String, ObjectNode> boats = new ConcurrentSkipListMap<>();
    private final CopyOnWriteArrayList<BlockingQueue<ObjectNode>> watchers =
            new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String nodeName;
    private InetSocketAddress address;
    private HttpsServer server;
    private long revision;
    private volatile Headers lastHeaders = new Headers();

    /**
     * @param folder has server.p12, see {@link #certificates}
     * @param proxyAuthority whose certificates callers must have, PEM
     */
    ExtensionServer(Path folder, String proxyAuthority, String address, String nodeName)
            throws IOException, GeneralSecurityException {
        this.tls = tls(folder.resolve("server.p12"), proxyAuthority);
        this.address = new InetSocketAddress(address, 0);
        this.nodeName = nodeName;
        start();
    }

    /** Makes ca.crt and server.p12 in the folder; the certificate is for this name only. */
    static void certificates(Path folder, String serverName) {
        String script =
                """
                set -e; cd "$0"
                ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                openssl req -x509 $ec -days 1 -subj /CN=boats-ca -keyout ca.key -out ca.crt
                openssl req $ec -subj /CN=boats -keyout s.key -out s.csr
                printf 'subjectAltName=DNS:%s\\n' "$1" > ext
                openssl x509 -req -in s.csr -CA ca.crt -CAkey ca.key -set_serial 2 -days 1 \
                    -extfile ext -out s.crt
                openssl pkcs12 -export -inkey s.key -in s.crt -passout pass:password -out server.p12
                """;
        Run.of(List.of("bash", "-c", script, folder.toString(), serverName), Map.of(), "", 30).ok();
    }

    private static SSLContext tls(Path own, String proxyAuthority)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(own)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry(
                "proxies",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        proxyAuthority.getBytes(StandardCharsets.UTF_8))));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** At the same port as before. */
    void start() throws IOException {
        server = HttpsServer.create(address, 0);
        address = server.getAddress();
        server.setExecutor(threads);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters own = tls.getDefaultSSLParameters();
                        own.setNeedClientAuth(true);
                        parameters.setSSLParameters(own);
                    }
                });
        server.createContext("/", this::serve);
        server.start();
    }

    void stop() {
        server.stop(0);
    }

    int port() {
        return address.getPort();
    }

    /** Of the last request for boats or metrics by a user. */
    Headers lastHeaders() {
        return lastHeaders;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String user = exchange.getRequestHeaders().getFirst("X-Remote-User");
        if (user == null) {
            answer(exchange, 401, status(401, "Unauthorized", "who are you?"));
            return;
        }
        if (!user.equals("system:kube-aggregator")) {
            lastHeaders = exchange.getRequestHeaders();
        }
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/openapi/v3") || path.equals("/openapi/v3" + BOATS)) {
            answer(exchange, 200, path.endsWith("v3") ? openApiIndex() : openApi());
        } else if (path.equals(BOATS)) {
            answer(
                    exchange,
                    200,
                    resource(
                            GROUP + "/v1",
                            "boats",
                            "Boat",
                            true,
                            List.of("create", "delete", "get", "list", "watch")));
        } else if (path.equals(METRICS)) {
            answer(
                    exchange,
                    200,
                    resource(
                            "metrics.k8s.io/v1beta1",
                            "nodes",
                            "NodeMetrics",
                            false,
                            List.of("get", "list")));
        } else if (path.equals(METRICS + "/nodes")) {
            answer(exchange, 200, metrics());
        } else if (path.startsWith(BOATS + "/")) {
            boats(exchange, path.substring(BOATS.length() + 1).split("/", -1));
        } else {
            answer(exchange, 404, status(404, "NotFound", "no such path"));
        }
    }

    /** {@code boats} or {@code namespaces/NS/boats[/NAME]}. */
    private void boats(HttpExchange exchange, String[] parts) throws IOException {
        String prefix = parts.length > 1 ? parts[1] + "/" : "";
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (parts.length == 4) {
            named(exchange, prefix + parts[3]);
        } else if (exchange.getRequestMethod().equals("POST")) {
            ObjectNode boat = (ObjectNode) JSON.readTree(exchange.getRequestBody().readAllBytes());
            ObjectNode metadata = boat.withObject("/metadata");
            metadata.put("namespace", parts[1]).put("uid", "u" + revision);
            metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
            put(prefix + metadata.path("name").asText(), boat, "ADDED");
            answer(exchange, 201, boat);
        } else if (query.contains("watch=true") || query.contains("watch=1")) {
            watch(exchange, prefix);
        } else {
            ObjectNode list = list(GROUP + "/v1", "BoatList");
            boats.forEach(
                    (key, boat) -> {
                        if (key.startsWith(prefix)) {
                            list.withArray("items").add(boat);
                        }
                    });
            answer(exchange, 200, list);
        }
    }

    private void named(HttpExchange exchange, String key) throws IOException {
        ObjectNode boat = boats.get(key);
        if (boat == null) {
            answer(exchange, 404, status(404, "NotFound", "boats \"" + key + "\" not found"));
        } else if (exchange.getRequestMethod().equals("DELETE")) {
            boats.remove(key);
            tell("DELETED", boat);
            answer(exchange, 200, boat);
        } else {
            answer(exchange, 200, boat);
        }
    }

    private synchronized void put(String key, ObjectNode boat, String type) {
        boat.withObject("/metadata").put("resourceVersion", Long.toString(++revision));
        boats.put(key, boat);
        tell(type, boat);
    }

    private void tell(String type, ObjectNode boat) {
        ObjectNode event = JSON.createObjectNode().put("type", type);
        event.set("object", boat);
        watchers.forEach(one -> one.add(event));
    }

    /** Until the client goes or the server stops. */
    private void watch(HttpExchange exchange, String prefix) throws IOException {
        BlockingQueue<ObjectNode> events = new ArrayBlockingQueue<>(MOST_EVENTS);
        watchers.add(events);
        try (OutputStream out = stream(exchange)) {
            while (true) {
                ObjectNode event = events.poll(1, TimeUnit.SECONDS);
                if (event != null
                        && event.at("/object/metadata/namespace")
                                .asText()
                                .concat("/")
                                .startsWith(prefix)) {
                    out.write(JSON.writeValueAsBytes(event));
                    out.write('\n');
                    out.flush();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watchers.remove(events);
        }
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        return out;
    }

    private static void answer(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static ObjectNode status(int code, String reason, String message) {
        return JSON.createObjectNode()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", "Failure")
                .put("code", code)
                .put("reason", reason)
                .put("message", message);
    }

    private ObjectNode list(String apiVersion, String kind) {
        ObjectNode list = JSON.createObjectNode().put("kind", kind).put("apiVersion", apiVersion);
        list.putObject("metadata").put("resourceVersion", Long.toString(revision));
        list.putArray("items");
        return list;
    }

    private static ObjectNode resource(
            String groupVersion, String name, String kind, boolean namespaced, List<String> verbs) {
        ObjectNode list = JSON.createObjectNode();
        list.put("kind", "APIResourceList").put("apiVersion", "v1");
        list.put("groupVersion", groupVersion);
        ObjectNode one = list.putArray("resources").addObject();
        one.put("name", name).put("singularName", "").put("namespaced", namespaced);
        one.put("kind", kind);
        verbs.forEach(one.putArray("verbs")::add);
        return list;
    }

    private ObjectNode metrics() {
        ObjectNode list = list("metrics.k8s.io/v1beta1", "NodeMetricsList");
        ObjectNode node = list.withArray("items").addObject();
        node.putObject("metadata").put("name", nodeName);
        node.put("timestamp", "2026-01-01T00:00:00Z").put("window", "10s");
        node.putObject("usage").put("cpu", "123m").put("memory", "456Mi");
        return list;
    }

    private static JsonNode openApiIndex() throws JsonProcessingException {
        return JSON.readTree(
                """
                {"paths": {"apis/boats.example.com/v1":
                    {"serverRelativeURL": "/openapi/v3/apis/boats.example.com/v1?hash=ABC"}}}
                """);
    }

    private static JsonNode openApi() throws JsonProcessingException {
        return JSON.readTree(
                """
                {"openapi": "3.0.0", "info": {"title": "boats", "version": "v1"},
                 "paths": {"/apis/boats.example.com/v1/namespaces/{namespace}/boats": {"post": {
                    "x-kubernetes-action": "post", "x-kubernetes-group-version-kind":
                        {"group": "boats.example.com", "version": "v1", "kind": "Boat"},
                    "parameters": [{"name": "fieldValidation", "in": "query"}],
                    "responses": {"201": {"description": "Created"}}}}},
                 "components": {"schemas": {"com.example.boats.v1.Boat": {
                    "description": "Boat floats.", "type": "object",
                    "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"},
                        "metadata": {"type": "object"},
                        "sails": {"type": "integer", "description": "How many it carries."}},
                    "x-kubernetes-group-version-kind": [
                        {"group": "boats.example.com", "version": "v1", "kind": "Boat"}]}}}}
                """);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
