package io.felucca.apiserver.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsServer;
import io.felucca.machinery.Json;
import io.felucca.testing.LoopbackTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real HTTPS server with a certificate of its own. */
class WebhookClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private HttpsServer server;
    private volatile String lastQuery;

    @BeforeEach
    void serve() throws IOException {
        server = LoopbackTls.server();
        server.createContext(
                "/convert",
                exchange -> {
                    lastQuery = exchange.getRequestURI().getQuery();
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static ObjectNode config() {
        return Json.object().put("caBundle", LoopbackTls.caBundle());
    }

    private ObjectNode serviceConfig(String name) {
        ObjectNode config = config();
        config.putObject("service")
                .put("namespace", "harbour")
                .put("name", name)
                .put("path", "/convert")
                .put("port", server.getAddress().getPort());
        return config;
    }

    private static String echo(ObjectNode config) throws IOException, InterruptedException {
        WebhookClient client = new WebhookClient(config, (namespace, name) -> "127.0.0.1");
        try {
            return new String(
                    client.post("ahoy".getBytes(StandardCharsets.UTF_8), TIMEOUT).get(),
                    StandardCharsets.UTF_8);
        } catch (ExecutionException e) {
            throw assertInstanceOf(IOException.class, e.getCause());
        }
    }

    private String url(String path) {
        return LoopbackTls.url(server, path);
    }

    @Test
    void anAddressOfItsOwnIsCalled() throws Exception {
        assertEquals("ahoy", echo(config().put("url", url("/convert"))));
    }

    @Test
    void aServiceIsCalledAtItsAddressAndKnownByItsName() throws Exception {
        assertEquals("ahoy", echo(serviceConfig("hook")));
    }

    @Test
    void aServerWithACertificateForAnotherServiceIsNotTrusted() throws Exception {
        ObjectNode config = serviceConfig("other");
        assertThrows(IOException.class, () -> echo(config));
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted() throws Exception {
        ObjectNode config = Json.object().put("url", url("/convert"));
        assertThrows(IOException.class, () -> echo(config));
    }

    @Test
    void aServerThatIsAwayIsNamed() throws Exception {
        ObjectNode config = config().put("url", url("/convert"));
        server.stop(0);
        String message = assertThrows(IOException.class, () -> echo(config)).getMessage();
        assertEquals(
                "Post \"" + url("/convert") + "?timeout=5s\": java.net.ConnectException", message);
    }

    @Test
    void anotherAnswerThanOkIsAFailure() throws Exception {
        ObjectNode config = config().put("url", url("/nothing"));
        assertThrows(IOException.class, () -> echo(config));
    }

    @Test
    void theServerIsToldHowLongItHas() throws Exception {
        assertEquals("ahoy", echo(config().put("url", url("/convert?a=b"))));
        assertEquals("a=b&timeout=5s", lastQuery);
    }

    @Test
    void anAnswerThatNeverEndsIsNotWaitedFor() throws Exception {
        server.createContext(
                "/slow",
                exchange -> {
                    exchange.sendResponseHeaders(200, 10);
                    exchange.getResponseBody().write('a');
                    exchange.getResponseBody().flush();
                });
        WebhookClient client =
                new WebhookClient(
                        config().put("url", url("/slow")), (namespace, name) -> "127.0.0.1");
        ExecutionException failure =
                assertThrows(
                        ExecutionException.class,
                        () -> client.post(new byte[0], Duration.ofSeconds(1)).get());
        assertEquals(
                "Post \"" + url("/slow") + "?timeout=1s\": context deadline exceeded",
                failure.getCause().getMessage());
    }
}
