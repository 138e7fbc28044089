package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsServer;
import io.felucca.machinery.Json;
import io.felucca.testing.LoopbackTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Webhooks on a real HTTPS server with a certificate of its own. */
final class HookServer implements AutoCloseable {
    private final HttpsServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();

    /** The paths that were called, and what with. */
    final List<String> paths = new CopyOnWriteArrayList<>();

    final List<ObjectNode> reviews = new CopyOnWriteArrayList<>();

    HookServer() throws IOException {
        server = LoopbackTls.server();
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
        return Json.object().put("url", url(path)).put("caBundle", LoopbackTls.caBundle());
    }

    String url(String path) {
        return LoopbackTls.url(server, path);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
