package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.HealthCheck;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Gauge;
import io.felucca.metrics.MetricSet;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checks behind {@code /healthz}, {@code /livez} and {@code /readyz}, in upstream's format, and
 * what they said as metrics. Thread-safe.
 */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final HealthCheck PING =
            new HealthCheck() {
                @Override
                public String name() {
                    return "ping";
                }

                @Override
                public Optional<String> problem() {
                    return Optional.empty();
                }

                @Override
                public boolean liveness() {
                    return true;
                }
            };

    private final Supplier<? extends Collection<HealthCheck>> checks;
    private final MetricSet set = new MetricSet();
    private final Family<Gauge> states =
            set.gauges(
                    "kubernetes_healthcheck",
                    "Whether a check passed when it was made last.",
                    "name",
                    "type");
    private final Family<Counter> results =
            set.counters(
                    "kubernetes_healthchecks_total",
                    "How often checks passed or failed.",
                    "name",
                    "status",
                    "type");

    Health(Supplier<? extends Collection<HealthCheck>> checks) {
        this.checks = checks;
    }

    /** What was found out as far as it was asked; of {@code /metrics/slis}. */
    MetricSet metrics() {
        return set;
    }

    /** Makes all checks, for those who only read the metrics. */
    void look() {
        for (String kind : List.of("healthz", "livez", "readyz")) {
            checksOf(kind).forEach(check -> problem(kind, check));
        }
    }

    /**
     * All checks of a kind.
     *
     * @param excluded names of those that don't count
     */
    Response all(String kind, Collection<String> excluded, boolean verbose) {
        TreeSet<String> unknown = new TreeSet<>(excluded);
        StringBuilder lines = new StringBuilder();
        List<String> failures = new ArrayList<>();
        for (HealthCheck check : checksOf(kind)) {
            if (excluded.contains(check.name())) {
                unknown.remove(check.name());
                lines.append("[+]").append(check.name()).append(" excluded: ok\n");
                continue;
            }
            Optional<String> problem = problem(kind, check);
            // Anybody may ask, so the reason is in the log and not here.
            lines.append(problem.isEmpty() ? "[+]" : "[-]")
                    .append(check.name())
                    .append(problem.isEmpty() ? " ok\n" : " failed: reason withheld\n");
            problem.ifPresent(reason -> failures.add(check.name() + ": " + reason));
        }
        if (!unknown.isEmpty()) {
            lines.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(
                            unknown.stream()
                                    .map(name -> '"' + name + '"')
                                    .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        if (!failures.isEmpty()) {
            LOG.info("{} check failed: {}", kind, failures);
            return text(500, lines.append(kind).append(" check failed\n").toString());
        }
        return text(200, verbose ? lines.append(kind).append(" check passed\n").toString() : "ok");
    }

    /** One of them; who asks for it by name needs a role, and so may know the reason. */
    Response one(String kind, String name) {
        HealthCheck wanted =
                checksOf(kind).stream()
                        .filter(check -> check.name().equals(name))
                        .findFirst()
                        .orElseThrow(Failures::noSuchResource);
        return problem(kind, wanted)
                .map(reason -> text(500, "internal server error: " + reason + '\n'))
                .orElseGet(() -> text(200, "ok"));
    }

    /** Liveness asks only for what a restart could mend. */
    private List<HealthCheck> checksOf(String kind) {
        List<HealthCheck> all = new ArrayList<>(checks.get());
        all.removeIf(check -> kind.equals("livez") && !check.liveness());
        all.sort(Comparator.comparing(HealthCheck::name));
        all.add(0, PING);
        return all;
    }

    private Optional<String> problem(String kind, HealthCheck check) {
        Optional<String> problem = check.problem();
        states.of(check.name(), kind).set(problem.isEmpty() ? 1 : 0);
        results.of(check.name(), problem.isEmpty() ? "success" : "error", kind).increment();
        return problem;
    }

    private static Response text(int status, String body) {
        return Response.status(status)
                .entity(body.getBytes(StandardCharsets.UTF_8))
                .type(TEXT)
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }
}
