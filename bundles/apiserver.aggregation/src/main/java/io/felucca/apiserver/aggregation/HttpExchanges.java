package io.felucca.apiserver.aggregation;

import io.felucca.apiserver.api.FrontProxyHeaders;
import io.felucca.apiserver.api.ServiceEndpoint;
import io.felucca.apiserver.api.UserInfo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Whole exchanges with remote servers, bounded in time and in length. Stateless. */
final class HttpExchanges {
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    /** Of questions that clients wait for before they do anything else. */
    private static final Duration DISCOVERY_TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_BYTES = 16 * 1024 * 1024;

    /** Who may ask everything. */
    private static final UserInfo AGGREGATOR =
            new UserInfo("system:kube-aggregator", "", List.of("system:masters"), Map.of());

    private HttpExchanges() {}

    /**
     * A client for one server, or for any.
     *
     * @param serverName for which its certificate must be, although it is called by its address;
     *     empty where any will do
     */
    static HttpClient client(SSLContext tls, String serverName) {
        SSLParameters parameters = new SSLParameters();
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        return HttpClient.newBuilder()
                .sslContext(tls)
                .sslParameters(parameters)
                .connectTimeout(DISCOVERY_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    static URI url(ServiceEndpoint at, String target) {
        String host = at.host().indexOf(':') >= 0 ? "[" + at.host() + "]" : at.host();
        return URI.create("https://" + host + ":" + at.port() + target);
    }

    /** Asks for a document that describes the server, as the aggregator itself. */
    static CompletableFuture<HttpResponse<byte[]>> ask(HttpClient client, URI url, String accept) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).header("Accept", accept);
        FrontProxyHeaders.of(AGGREGATOR, request::header);
        return send(client, request, DISCOVERY_TIMEOUT);
    }

    /** The same, waited for. */
    static HttpResponse<byte[]> get(HttpClient client, URI url, String accept) throws IOException {
        try {
            return ask(client, url, accept).join();
        } catch (CompletionException e) {
            throw new IOException("Get \"" + url + "\": " + reason(e), e);
        }
    }

    /**
     * @return done exceptionally if there is no whole answer in time; see {@link #reason}
     */
    static CompletableFuture<HttpResponse<byte[]>> send(
            HttpClient client, HttpRequest.Builder request, Duration timeout) {
        CompletableFuture<HttpResponse<byte[]>> call =
                client.sendAsync(
                        request.timeout(timeout).header("User-Agent", "kube-aggregator").build(),
                        head -> new BoundedBody(MAX_BYTES));
        // The request's own timeout ends with the answer's head; a body may be long in coming.
        return call.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete(
                        (answer, failure) -> {
                            if (failure != null) {
                                call.cancel(true);
                            }
                        });
    }

    /** Why an exchange failed, in the words of Go's client where it has some for it. */
    static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof TimeoutException
                || cause instanceof java.net.http.HttpTimeoutException) {
            return "context deadline exceeded";
        }
        if (cause instanceof java.net.ConnectException) {
            return "connect: connection refused";
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
