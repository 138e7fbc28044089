package io.felucca.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Only SELinux types for containers, and neither user nor role.
 *
 * @param allowed the types; empty is the runtime's own
 */
record SeLinuxRule(Set<String> allowed) implements Rule {
    static final SeLinuxRule V1_0 =
            new SeLinuxRule(Set.of("", "container_t", "container_init_t", "container_kvm_t"));
    static final SeLinuxRule V1_31 =
            new SeLinuxRule(
                    Set.of(
                            "",
                            "container_t",
                            "container_init_t",
                            "container_kvm_t",
                            "container_engine_t"));

    SeLinuxRule {
        allowed = Set.copyOf(allowed);
    }

    @Override
    public Optional<Violation> violation(PodView pod) {
        List<JsonNode> bad = new ArrayList<>();
        boolean byPod = collect(pod.security(), bad);
        List<String> containers =
                pod.containersWhere(container -> collect(PodView.security(container), bad));
        Set<String> types = new TreeSet<>();
        for (JsonNode options : bad) {
            types.add(options.path("type").asText());
        }
        types.removeAll(allowed);
        List<String> data = new ArrayList<>();
        if (!types.isEmpty()) {
            data.add(Words.named("type", types));
        }
        for (String field : List.of("user", "role")) {
            if (bad.stream().anyMatch(options -> isSet(options, field))) {
                data.add(field + " may not be set");
            }
        }
        return Rule.when(
                !bad.isEmpty(),
                "seLinuxOptions",
                Words.setters(byPod, containers)
                        + " set forbidden securityContext.seLinuxOptions: "
                        + String.join("; ", data));
    }

    private boolean collect(JsonNode security, List<JsonNode> bad) {
        JsonNode options = security.path("seLinuxOptions");
        boolean isBad =
                !allowed.contains(options.path("type").asText())
                        || isSet(options, "user")
                        || isSet(options, "role");
        if (isBad) {
            bad.add(options);
        }
        return isBad;
    }

    private static boolean isSet(JsonNode options, String field) {
        return !options.path(field).asText().isEmpty();
    }
}
