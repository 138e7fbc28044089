package io.felucca.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.apiserver.api.Aggregation.Documents;
import io.felucca.apiserver.api.Aggregation.Remote;
import io.felucca.apiserver.api.FrontProxyHeaders;
import io.felucca.apiserver.api.ServiceEndpoint;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusReason;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** The server behind one APIService. Thread-safe. */
final class RemoteServer implements Remote {
    /** Of a server that could not be asked yet. */
    static final Documents UNKNOWN =
            new Documents(false, Json.mapper().createArrayNode(), "", null);

    private final String group;
    private final String version;
    private final ServiceRef service;
    private final Endpoints endpoints;
    private final FrontProxyTls tls;
    private final Clock clock;
    private volatile boolean available;
    private volatile Documents documents = UNKNOWN;

    // Guarded by this.
    private FrontProxyTls.Context context;
    private HttpClient client;

    RemoteServer(
            String group,
            String version,
            ServiceRef service,
            Endpoints endpoints,
            FrontProxyTls tls,
            Clock clock) {
        this.group = Objects.requireNonNull(group, "group");
        this.version = Objects.requireNonNull(version, "version");
        this.service = Objects.requireNonNull(service, "service");
        this.endpoints = endpoints;
        this.tls = tls;
        this.clock = clock;
    }

    String group() {
        return group;
    }

    String version() {
        return version;
    }

    ServiceRef service() {
        return service;
    }

    boolean available() {
        return available;
    }

    /** What the APIService's condition says. */
    void available(boolean now) {
        available = now;
    }

    @Override
    public Documents documents() {
        return documents;
    }

    /** Whether they differ from those before. */
    boolean documents(Documents now) {
        boolean differ = !now.equals(documents);
        documents = now;
        return differ;
    }

    @Override
    public Connection connect() {
        if (!available) {
            throw ApiException.unavailable("service unavailable", 0);
        }
        ServiceEndpoint endpoint = endpoint();
        try {
            return new Connection(
                    endpoint.host(), endpoint.port(), context().tls(), service.serverName());
        } catch (IOException e) {
            throw ApiException.of(StatusReason.InternalError, e.getMessage());
        }
    }

    @Override
    public CompletionStage<byte[]> send(
            UserInfo user, String method, String target, String contentType, byte[] body) {
        if (!available) {
            throw ApiException.unavailable("service unavailable", 0);
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(HttpExchanges.url(endpoint(), target))
                        .header("Accept", "application/json");
        FrontProxyHeaders.of(user, request::header);
        if (contentType.isEmpty()) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", contentType)
                    .method(method, BodyPublishers.ofByteArray(body));
        }
        try {
            return HttpExchanges.send(client(), request, HttpExchanges.REQUEST_TIMEOUT)
                    .handle(RemoteServer::answer);
        } catch (IOException e) {
            throw ApiException.of(StatusReason.InternalError, e.getMessage());
        }
    }

    private static byte[] answer(HttpResponse<byte[]> answer, Throwable failure) {
        if (failure != null) {
            throw ApiException.unavailable(
                    "error trying to reach service: " + HttpExchanges.reason(failure), 0);
        }
        if (answer.statusCode() / 100 == 2) {
            return answer.body();
        }
        throw refusal(answer.statusCode(), answer.body());
    }

    /** What the server said, or what the code says when it did not answer with a Status. */
    private static ApiException refusal(int code, byte[] body) {
        try {
            JsonNode json = Json.mapper().readTree(body);
            if (json != null && json.path("kind").asText().equals("Status")) {
                return new ApiException(Status.fromJson(json));
            }
        } catch (IOException e) {
            return plain(code, body);
        }
        return plain(code, body);
    }

    private static ApiException plain(int code, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        for (StatusReason reason : StatusReason.values()) {
            if (reason.code() == code) {
                return new ApiException(new Status(code, reason, text, null));
            }
        }
        return new ApiException(new Status(code, StatusReason.InternalError, text, null));
    }

    ServiceEndpoint endpoint() {
        try {
            return endpoints.of(service);
        } catch (ApiException e) {
            // Who has gone since the last check is as unavailable as who was found to be.
            throw ApiException.unavailable("service unavailable", 0);
        }
    }

    /** For asking the server about itself. */
    synchronized HttpClient client() throws IOException {
        FrontProxyTls.Context now = context();
        if (client == null) {
            client = HttpExchanges.client(now.tls(), service.serverName());
        }
        return client;
    }

    private synchronized FrontProxyTls.Context context() throws IOException {
        if (context == null || clock.instant().isAfter(context.renewAt())) {
            context = tls.of(service);
            client = null;
        }
        return context;
    }
}
