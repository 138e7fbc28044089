package io.felucca.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.apiserver.api.Aggregation.Documents;
import io.felucca.apiserver.api.ServiceEndpoint;
import io.felucca.machinery.ApiException;
import io.felucca.testing.FakeClock;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real server whose certificate is for a name, while it is called by its address. */
final class RemoteServerTest {
    private static final char[] NO_PASSWORD = {};

    private final FakeClock clock = new FakeClock(TestTrust.NOW);
    private final TestTrust trust = new TestTrust();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, String> asked = new ConcurrentHashMap<>();
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SSLContext tls = tls(trust.serving("api.test.svc"));
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters own = tls.getDefaultSSLParameters();
                        own.setNeedClientAuth(true);
                        parameters.setSSLParameters(own);
                    }
                });
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    asked.put(
                            path,
                            exchange.getRequestHeaders().getFirst("X-Remote-User")
                                    + " "
                                    + exchange.getRequestHeaders().get("X-Remote-Group")
                                    + " "
                                    + ((HttpsExchange) exchange)
                                            .getSSLSession()
                                            .getPeerPrincipal());
                    String answer = answers.get(path);
                    byte[] body =
                            answer == null
                                    ? new byte[0]
                                    : answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private SSLContext tls(X509Bundle own) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, NO_PASSWORD);
        keys.setKeyEntry(
                "own",
                own.getKeyPair().getPrivate(),
                NO_PASSWORD,
                (Certificate[]) own.getCertificatePath());
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, NO_PASSWORD);
        KeyStore proxies = KeyStore.getInstance("PKCS12");
        proxies.load(null, NO_PASSWORD);
        proxies.setCertificateEntry("proxies", trust.frontProxyAuthority());
        TrustManagerFactory trusted =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(proxies);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private ServiceEndpoint here() {
        return new ServiceEndpoint("127.0.0.1", server.getAddress().getPort());
    }

    private RemoteServer remote(String name, String caBundle, boolean insecure) {
        return new RemoteServer(
                "x.io",
                "v1",
                new ServiceRef("test", name, 443, caBundle, insecure),
                service -> here(),
                new FrontProxyTls(trust, clock),
                clock);
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    private RemoteServer trusted() {
        return remote("api", base64(TestTrust.pem(trust.authority())), false);
    }

    @Test
    void aggregatedDiscoveryIsReadAsItIs() throws IOException {
        answers.put(
                "/apis",
                "{'kind':'APIGroupDiscoveryList','items':[{'metadata':{'name':'x.io'},'versions':"
                        + "[{'version':'v1','resources':[{'resource':'boats'}]}]}]}");
        answers.put(
                "/openapi/v3",
                "{'paths':{'apis/x.io/v1':{'serverRelativeURL':'/openapi/v3/apis/x.io/v1?hash=1'}}}");
        answers.put("/openapi/v2", "{'paths':{'/apis/x.io/v1/boats':{}},'definitions':{}}");
        Documents read = RemoteDocuments.read(trusted());
        assertTrue(read.current());
        assertEquals("[{\"resource\":\"boats\"}]", read.resources().toString());
        assertEquals("/openapi/v3/apis/x.io/v1?hash=1", read.openApiV3());
        assertTrue(read.openApiV2().path("paths").has("/apis/x.io/v1/boats"));
        assertEquals(
                "system:kube-aggregator [system:masters] CN=front-proxy-client",
                asked.get("/apis"));
    }

    @Test
    void anOldServerIsAskedInTheOldWay() throws IOException {
        answers.put("/apis", "{'kind':'APIGroupList','groups':[]}");
        answers.put(
                "/apis/x.io/v1",
                "{'kind':'APIResourceList','resources':[{'name':'boats','kind':'Boat',"
                        + "'namespaced':true,'verbs':['get']}]}");
        Documents read = RemoteDocuments.read(trusted());
        assertEquals("boats", read.resources().at("/0/resource").asText());
        assertEquals("", read.openApiV3());
        assertEquals(null, read.openApiV2());
    }

    @Test
    void clientsAreSentToNoOtherPlaceForADescription() throws IOException {
        answers.put("/apis/x.io/v1", "{'resources':[]}");
        answers.put(
                "/openapi/v3",
                "{'paths':{'apis/x.io/v1':{'serverRelativeURL':'/api/v1/secrets'}}}");
        assertEquals("", RemoteDocuments.read(trusted()).openApiV3());
    }

    @Test
    void theCertificateMustBeForTheServicesName() {
        String bundle = base64(TestTrust.pem(trust.authority()));
        IOException refused =
                assertThrows(
                        IOException.class,
                        () -> RemoteDocuments.read(remote("other", bundle, false)));
        assertTrue(
                refused.getMessage().contains("No subject alternative names"),
                refused.getMessage());
        String strangers = base64(TestTrust.pem(new TestTrust().authority()));
        assertThrows(
                IOException.class, () -> RemoteDocuments.read(remote("api", strangers, false)));
        assertThrows(
                IOException.class,
                () -> RemoteDocuments.read(remote("api", "bm9uc2Vuc2U=", false)));
        assertTrue(asked.isEmpty(), asked.toString());
    }

    @Test
    void whoSkipsVerificationTalksToAnybody() throws IOException {
        answers.put("/apis/x.io/v1", "{'resources':[]}");
        assertTrue(RemoteDocuments.read(remote("other", "", true)).current());
    }

    @Test
    void theCheckTakesAnyCertificateAndNeedsAnAnswer() {
        HttpDiscoveryCheck check =
                new HttpDiscoveryCheck(service -> here(), new FrontProxyTls(trust, clock), clock);
        ServiceRef service = new ServiceRef("test", "other", 443, "", false);
        String url = "https://127.0.0.1:" + here().port() + "/apis/x.io/v1";
        assertEquals(
                Finding.unavailable(
                        "FailedDiscoveryCheck",
                        "failing or missing response from "
                                + url
                                + ": bad status from "
                                + url
                                + ": 404"),
                check.of("x.io", "v1", service));
        answers.put("/apis/x.io/v1", "{}");
        assertEquals(Finding.PASSED, check.of("x.io", "v1", service));
        assertEquals(
                "system:kube-aggregator [system:masters] CN=front-proxy-client",
                asked.get("/apis/x.io/v1"));
        server.stop(0);
        assertEquals(
                "failing or missing response from "
                        + url
                        + ": Get \""
                        + url
                        + "\": connect: connection refused",
                check.of("x.io", "v1", service).message());
    }

    @Test
    void nobodyIsSentToAnUnavailableServer() {
        RemoteServer remote = trusted();
        ApiException refused = assertThrows(ApiException.class, remote::connect);
        assertEquals(503, refused.status().code());
        assertEquals("service unavailable", refused.getMessage());
        remote.available(true);
        Connection connection = remote.connect();
        assertEquals("api.test.svc", connection.serverName());
        assertEquals(here().port(), connection.port());
        assertFalse(remote.documents().current());
    }
}
