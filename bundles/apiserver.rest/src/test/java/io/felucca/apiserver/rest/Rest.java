package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MetricsText;
import io.felucca.testing.PartialTrust;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The REST surface in front of a fake server, with a clock that stands still. */
final class Rest implements AutoCloseable {
    final FakeServer server = new FakeServer();
    final FakeClock clock = new FakeClock();
    final RestHandler handler;

    /** Requests that wait for an authenticator do so for as long as any test takes. */
    Rest() {
        this(TimeUnit.HOURS.toMillis(1));
    }

    Rest(long parkMillis) {
        handler =
                new RestHandler(
                        clock,
                        new PartialTrust() {},
                        "10.1.2.3:6443",
                        new AnonymousAccess.To(Set.of()),
                        parkMillis);
        handler.bindServer(server);
    }

    /** Has a request answered, and waits for the answer. */
    FakeExchange send(FakeExchange exchange) {
        handler.handle(exchange);
        return exchange.await();
    }

    FakeExchange get(String target) {
        return send(new FakeExchange("GET", target));
    }

    /** What is counted, as one sees it who may. */
    MetricsText metrics() {
        return metrics("/metrics");
    }

    MetricsText metrics(String path) {
        RankedReference<Authenticator> admin = new RankedReference<>(1);
        handler.addAuthenticator(admin, credentials -> Optional.of(UserInfo.of("admin")));
        MetricsText text = MetricsText.parse(get(path).text());
        handler.removeAuthenticator(admin);
        return text;
    }

    @Override
    public void close() {
        handler.deactivate();
    }
}
