package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.rest.Aggregated.ApiVersion;
import io.felucca.machinery.ApiException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Hands requests for the groups of other API servers on to them, in the name of the user and as the
 * front proxy that they believe; the bytes are carried by {@link NodeClient}. Whether the user may
 * is decided here first, and there once more. Thread-safe.
 */
final class RemoteProxy {
    /** Clients ask for discovery first, so it fails fast. */
    private static final Duration DISCOVERY_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration NONE = Duration.ZERO;
    private static final int DISCOVERY_PARTS = 3;
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final ApiServer server;
    private final Aggregated aggregated;
    private final NodeClient client;
    private final WorkerPool pool;

    RemoteProxy(ApiServer server, Aggregated aggregated, NodeClient client, WorkerPool pool) {
        this.server = server;
        this.aggregated = aggregated;
        this.client = client;
        this.pool = pool;
    }

    void handle(Call call, ApiVersion version) {
        if (!METHODS.contains(call.exchange().method())) {
            throw Failures.methodNotAllowed();
        }
        String path = sent(call.exchange().rawPath());
        authorize(call);
        call.exchange()
                .body(BodyReader.MAX_BYTES)
                .whenComplete(
                        (body, failure) -> {
                            if (failure != null) {
                                call.fail(failure);
                            } else {
                                call.guarded(
                                        () -> pool.submit(() -> open(call, version, path, body)));
                            }
                        });
    }

    private void authorize(Call call) {
        if (!call.path().isResource()) {
            String verb = call.exchange().method().toLowerCase(Locale.ROOT);
            server.authorizeNonResource(call.user(), verb, call.path().path());
            return;
        }
        ApiRequest request = call.request(Router.verbOf(call), ApiRequest.Options.DEFAULT);
        server.authorize(
                request,
                new ListOptions(
                        call.query().text("labelSelector"),
                        call.query().text("fieldSelector"),
                        "",
                        "",
                        0,
                        "",
                        false,
                        false,
                        0));
    }

    /**
     * The path as the other server gets it: what it takes apart there must be what was decided upon
     * here, so nothing is left that two readers could read in two ways.
     */
    static String sent(String rawPath) {
        StringBuilder path = new StringBuilder();
        for (String part : rawPath.split("/", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            String decoded = RequestPath.decode(part);
            if (decoded.indexOf('/') >= 0 || decoded.equals(".") || decoded.equals("..")) {
                throw ApiException.badRequest(
                        "the path of a request to an aggregated API server must not have \""
                                + part
                                + "\" in it");
            }
            path.append('/').append(part);
        }
        return rawPath.endsWith("/") ? path.append('/').toString() : path.toString();
    }

    private void open(Call call, ApiVersion version, String path, byte[] body) {
        try {
            Connection connection = aggregated.connect(version);
            String query = call.exchange().rawQuery();
            NodeTarget target =
                    new NodeTarget(
                            connection.host(),
                            connection.port(),
                            true,
                            false,
                            query.isEmpty() ? path : path + "?" + query,
                            ProxyRoute.NONE,
                            new NodeTarget.Delegate(connection, timeout(call)));
            client.open(call, target, body);
        } catch (ApiException e) {
            NodeTarget.Delegate.refuse(call, e.status().code(), e.getMessage());
        } catch (RuntimeException e) {
            call.fail(e);
        }
    }

    /** Zero for what may take as long as it likes. */
    private static Duration timeout(Call call) {
        if (FlowGate.isLongRunning(call)) {
            return NONE;
        }
        long parts = call.path().path().chars().filter(c -> c == '/').count();
        return !call.path().isResource() && parts <= DISCOVERY_PARTS
                ? DISCOVERY_TIMEOUT
                : REQUEST_TIMEOUT;
    }
}
