package io.felucca.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.http.api.HttpHandler;
import io.felucca.http.api.HttpListener.State;
import io.felucca.http.api.TlsIdentity;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    private static final HttpHandler WHO =
            exchange -> {
                String who =
                        exchange.clientCertificates().stream()
                                .findFirst()
                                .map(leaf -> leaf.getSubjectX500Principal().getName())
                                .orElse("nobody");
                exchange.respond(200, Map.of(), who.getBytes(StandardCharsets.UTF_8));
            };

    @ParameterizedTest
    @EnumSource(Version.class)
    void clientCertificateIsShownToTheHandlerAndNoneIsFineToo(Version version) throws Exception {
        try (TestServer server = TestServer.with(WHO)) {
            assertEquals("nobody", ask(server, version, null));
            assertEquals("CN=anna", ask(server, version, TestIdentity.client("anna")));
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void foreignAndExpiredCertificatesReachTheAuthenticator(Version version) throws Exception {
        try (TestServer server = TestServer.with(WHO)) {
            assertEquals("CN=eve", ask(server, version, TestIdentity.foreignClient("eve")));
            assertEquals("CN=old", ask(server, version, TestIdentity.expiredClient("old")));
        }
    }

    @Test
    void newIdentityTakesOverForNewConnectionsWhileOldOnesGoOn() throws Exception {
        try (TestServer server = TestServer.with(WHO)) {
            HttpClient old = Clients.http(Version.HTTP_2);
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            assertEquals("CN=server", name(old.send(request, BodyHandlers.ofString())));

            server.server.identity(TestIdentity.named("fresh"));

            assertEquals("CN=server", name(old.send(request, BodyHandlers.ofString())));
            HttpClient fresh = Clients.http(Version.HTTP_2);
            assertEquals("CN=fresh", name(fresh.send(request, BodyHandlers.ofString())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void keysOfRsaServeToo(String protocol) throws Exception {
        try (TestServer server = TestServer.with(WHO)) {
            server.server.identity(TestIdentity.ofRsa("classic"));
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(new String[] {protocol});
            HttpClient client =
                    HttpClient.newBuilder()
                            .sslContext(Clients.tls(null))
                            .sslParameters(parameters)
                            .build();
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            assertEquals("CN=classic", name(client.send(request, BodyHandlers.ofString())));
        }
    }

    @Test
    void aKeyOfAnotherKindThanItsCertificateIsRefusedAndTheOldIdentityGoesOn() throws Exception {
        TestIdentity good = TestIdentity.named("server");
        PrivateKey other = TestIdentity.ofRsa("other").privateKey();
        TlsIdentity bad =
                new TlsIdentity() {
                    @Override
                    public PrivateKey privateKey() {
                        return other;
                    }

                    @Override
                    public List<X509Certificate> certificateChain() {
                        return good.certificateChain();
                    }

                    @Override
                    public List<X509Certificate> clientAuthorities() {
                        return List.of();
                    }
                };
        SSLException refused = assertThrows(SSLException.class, () -> Tls.context(bad));
        assertEquals(
                "a certificate for a key of kind EC does not fit one of kind RSA",
                refused.getCause().getMessage());
        try (TestServer server = TestServer.with(WHO)) {
            server.server.identity(bad);
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            HttpResponse<String> answer =
                    Clients.http(Version.HTTP_2).send(request, BodyHandlers.ofString());
            assertEquals("CN=server", name(answer));
        }
    }

    @Test
    void listenerOpensWhenItsIdentityComes() {
        try (TestServer server = new TestServer(TestServer.LIMITS)) {
            assertEquals(State.WAITING_FOR_IDENTITY, server.server.state());
            assertTrue(server.server.addresses().isEmpty());
            server.open();
            assertEquals(State.LISTENING, server.server.state());
        }
    }

    @Test
    void portInUseIsTriedAgainUntilItIsFree() throws Exception {
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (TestServer server = new TestServer(TestServer.LIMITS, taken.getLocalPort())) {
            server.server.identity(TestIdentity.named("server"));
            TestServer.await(() -> server.server.message().contains("in use"));
            assertEquals(State.RETRYING, server.server.state());
            taken.close();
            TestServer.await(() -> server.server.state() == State.LISTENING);
        } finally {
            taken.close();
        }
    }

    private static String ask(TestServer server, Version version, X509Bundle certificate)
            throws Exception {
        HttpResponse<String> answer =
                Clients.http(version, certificate)
                        .send(
                                HttpRequest.newBuilder(server.uri("/")).build(),
                                BodyHandlers.ofString());
        assertEquals(version, answer.version());
        return answer.body();
    }

    private static String name(HttpResponse<?> answer) throws Exception {
        X509Certificate leaf =
                (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
        return leaf.getSubjectX500Principal().getName();
    }
}
