package io.felucca.apiserver.aggregation;

import io.felucca.apiserver.api.ServiceEndpoint;
import io.felucca.machinery.ApiException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a server for what every API server has: the list of a version's resources. As upstream,
 * whoever answers will do, whatever certificate it shows: this is no secret and gives no rights.
 */
final class HttpDiscoveryCheck implements DiscoveryCheck {
    /** At endpoints picked anew each time: one that answers is enough. */
    private static final int ATTEMPTS = 5;

    private final Endpoints endpoints;
    private final FrontProxyTls tls;
    private final Clock clock;

    // Guarded by this.
    private FrontProxyTls.Context context;
    private HttpClient client;

    HttpDiscoveryCheck(Endpoints endpoints, FrontProxyTls tls, Clock clock) {
        this.endpoints = endpoints;
        this.tls = tls;
        this.clock = clock;
    }

    @Override
    public Finding of(String group, String version, ServiceRef service) {
        String path = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        String problem = ask(service, path).join();
        if (problem.isEmpty()) {
            return Finding.PASSED;
        }
        List<CompletableFuture<String>> more = new ArrayList<>();
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            more.add(ask(service, path));
        }
        for (CompletableFuture<String> one : more) {
            problem = one.join();
            if (problem.isEmpty()) {
                return Finding.PASSED;
            }
        }
        return Finding.unavailable(Finding.FAILED_CHECK, problem);
    }

    /** Gives what is wrong; empty if it answers. */
    private CompletableFuture<String> ask(ServiceRef service, String path) {
        URI url;
        try {
            ServiceEndpoint endpoint = endpoints.of(service);
            url = HttpExchanges.url(endpoint, path);
        } catch (ApiException e) {
            return CompletableFuture.completedFuture(e.getMessage());
        }
        String failing = "failing or missing response from " + url + ": ";
        return HttpExchanges.ask(client(), url, "*/*")
                .handle(
                        (answer, failure) -> {
                            if (failure != null) {
                                return failing
                                        + "Get \""
                                        + url
                                        + "\": "
                                        + HttpExchanges.reason(failure);
                            }
                            return answer.statusCode() / 100 == 2
                                    ? ""
                                    : failing
                                            + "bad status from "
                                            + url
                                            + ": "
                                            + answer.statusCode();
                        });
    }

    private synchronized HttpClient client() {
        if (client == null || clock.instant().isAfter(context.renewAt())) {
            context = tls.trustingAll();
            client = HttpExchanges.client(context.tls(), "");
        }
        return client;
    }
}
