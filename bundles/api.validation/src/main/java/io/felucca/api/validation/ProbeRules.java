package io.felucca.api.validation;

import java.util.List;

/** Probes and lifecycle hooks. */
final class ProbeRules {
    private ProbeRules() {}

    static void liveness(Field probe) {
        any(probe);
        once(probe);
        grace(probe);
    }

    static void startup(Field probe) {
        liveness(probe);
    }

    static void readiness(Field probe) {
        any(probe);
        if (probe.has("terminationGracePeriodSeconds")) {
            probe.at("terminationGracePeriodSeconds")
                    .invalid("must not be set for readinessProbes");
        }
    }

    static void lifecycle(Field lifecycle) {
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                handler(lifecycle.at(hook), List.of("exec", "httpGet", "tcpSocket", "sleep"));
            }
        }
    }

    private static void any(Field probe) {
        if (!probe.present()) {
            return;
        }
        handler(probe, List.of("exec", "httpGet", "tcpSocket", "grpc"));
        for (String seconds :
                List.of(
                        "initialDelaySeconds",
                        "timeoutSeconds",
                        "periodSeconds",
                        "successThreshold",
                        "failureThreshold")) {
            probe.at(seconds).notNegative();
        }
    }

    private static void once(Field probe) {
        Field successes = probe.at("successThreshold");
        if (successes.present() && successes.number() != 1) {
            successes.invalid("must be 1");
        }
    }

    private static void grace(Field probe) {
        Field grace = probe.at("terminationGracePeriodSeconds");
        if (grace.present() && grace.number() <= 0) {
            grace.invalid("must be greater than 0");
        }
    }

    private static void handler(Field handler, List<String> types) {
        boolean found = false;
        for (String type : types) {
            if (!handler.has(type)) {
                continue;
            }
            if (found) {
                handler.at(type).forbidden("may not specify more than 1 handler type");
            } else {
                found = true;
                action(handler.at(type), type);
            }
        }
        if (!found) {
            handler.required("must specify a handler type");
        }
    }

    private static void action(Field action, String type) {
        switch (type) {
            case "exec" -> action.at("command").require();
            case "httpGet" -> {
                action.at("path").require();
                Values.portNumberOrName(action.at("port"));
                action.at("scheme").oneOf(List.of("HTTP", "HTTPS"));
                for (Field header : action.at("httpHeaders").items()) {
                    header.at("name").follow(Values::headerName);
                }
            }
            case "tcpSocket" -> Values.portNumberOrName(action.at("port"));
            case "grpc" -> Values.portNumber(action.at("port"));
            default -> {
                Field seconds = action.at("seconds");
                if (seconds.number() <= 0) {
                    seconds.invalid(
                            "must be greater than 0 and less than terminationGracePeriodSeconds");
                }
            }
        }
    }
}
