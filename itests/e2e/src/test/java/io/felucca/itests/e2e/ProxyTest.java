package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What runs in the cluster, seen through the API server. */
@ExtendWith(Cluster.Resolver.class)
final class ProxyTest {
    private final Kubectl kubectl;
    private final String node;

    ProxyTest(Cluster cluster) {
        kubectl = cluster.newNamespace("proxies");
        node = cluster.nodeName();
    }

    @BeforeEach
    void pod() {
        kubectl.create(
                Manifests.pod(
                        "p",
                        Manifests.stay(
                                "mkdir -p /www/cgi-bin; echo '<a href=\"/next\">' >/www/index.html;"
                                        + " printf '#!/bin/sh\\necho; echo"
                                        + " $REQUEST_METHOD $QUERY_STRING; cat' >/www/cgi-bin/say;"
                                        + " chmod +x /www/cgi-bin/say; httpd -p 8080 -h /www")));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
        kubectl.ok("expose pod p --port=80 --target-port=8080");
    }

    private String path(String named) {
        return "/api/v1/namespaces/" + kubectl.namespace() + "/" + named + "/proxy";
    }

    private String raw(String path) {
        return kubectl.ok("get --raw " + path).strip();
    }

    @Test
    void podsServicesAndNodesAreReachedByRawPaths() {
        String pod = path("pods/p:8080");
        assertEquals("<a href=\"" + pod + "/next\">", raw(pod + "/"));
        assertEquals("GET a=b&c=d", raw(pod + "/cgi-bin/say?a=b&c=d"));
        Eventually.is(
                "the service has its endpoint",
                () -> kubectl.run("get", "--raw", path("services/p") + "/").code() == 0);
        assertEquals("GET x=1", raw(path("services/http:p:80") + "/cgi-bin/say?x=1"));
        assertEquals("ok", raw("/api/v1/nodes/" + node + "/proxy/healthz"));
        assertTrue(
                kubectl.fails("get --raw " + path("services/p:81") + "/")
                        .contains("no service port \"81\" found for service \"p\""));
    }

    @Test
    void kubectlProxyCarriesAllMethods() throws Exception {
        Process proxy = new ProcessBuilder(kubectl.command(List.of("proxy", "--port=0"))).start();
        try (BufferedReader lines = proxy.inputReader(StandardCharsets.UTF_8)) {
            Matcher port = Pattern.compile(".*:(\\d+)").matcher(lines.readLine());
            assertTrue(port.matches());
            String server = "http://127.0.0.1:" + port.group(1);
            // It would ask for HTTP/2 by an upgrade, which kubectl takes for one of the pod's.
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpResponse<String> said =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    server
                                                            + path("pods/p:8080")
                                                            + "/cgi-bin/say?q"))
                                    .POST(BodyPublishers.ofString("body"))
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals("POST q\nbody", said.body().strip());
            HttpResponse<String> moved =
                    client.send(
                            HttpRequest.newBuilder(URI.create(server + path("pods/p:8080")))
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals(301, moved.statusCode());
            assertEquals(
                    path("pods/p:8080") + "/", moved.headers().firstValue("location").orElse(""));
        } finally {
            proxy.destroy();
        }
    }

    @Test
    void eachMethodNeedsItsVerb() {
        kubectl.ok("create serviceaccount visitor");
        kubectl.ok("create role look --verb=get --resource=pods/proxy");
        kubectl.ok(
                "create rolebinding look --role=look --serviceaccount="
                        + kubectl.namespace()
                        + ":visitor");
        String as = " --as=system:serviceaccount:" + kubectl.namespace() + ":visitor";
        String say = path("pods/p:8080") + "/cgi-bin/say?x";
        Eventually.is(
                "the visitor may look",
                () -> kubectl.run(("get --raw " + say + as).split(" ")).code() == 0);
        String refused =
                kubectl.with("{}", ("create --raw " + say + as + " -f -").split(" ")).fails();
        assertTrue(refused.contains("cannot create resource \"pods/proxy\""), refused);
    }
}
