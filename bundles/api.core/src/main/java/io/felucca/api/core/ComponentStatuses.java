package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.Json;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * The health of scheduler, controller manager and store as old clients ask for it. The first two
 * say with the component property {@value #PROPERTY} that they are meant; they are healthy while
 * they are active in this process. Made anew for each read, never stored.
 */
final class ComponentStatuses {
    static final String PROPERTY = "component.status";

    private final Supplier<ServiceComponentRuntime> components;
    private final Supplier<? extends Collection<HealthCheck>> checks;

    /**
     * @param components gives null while it is away
     */
    ComponentStatuses(
            Supplier<ServiceComponentRuntime> components,
            Supplier<? extends Collection<HealthCheck>> checks) {
        this.components = components;
        this.checks = checks;
    }

    ResourceDefinition definition() {
        return Core.resource("ComponentStatus", "componentstatuses")
                .clusterScoped()
                .computed(this::all)
                .shortNames("cs")
                .warning("v1 ComponentStatus is deprecated in v1.19+")
                .columns(
                        Column.string("Status", status -> condition(status, "status")),
                        Column.string("Message", status -> condition(status, "message")),
                        Column.string("Error", status -> condition(status, "error")))
                .build();
    }

    private List<ObjectNode> all() {
        return List.of(
                status("scheduler", component("scheduler")),
                status("controller-manager", component("controller-manager")),
                status("etcd-0", store()));
    }

    private static ObjectNode status(String name, Optional<String> problem) {
        ObjectNode status = Json.object();
        status.put("apiVersion", "v1").put("kind", "ComponentStatus");
        status.putObject("metadata").put("name", name);
        status.putArray("conditions")
                .addObject()
                .put("type", "Healthy")
                .put("status", problem.isEmpty() ? "True" : "False")
                .put("message", problem.orElse("ok"));
        return status;
    }

    private Optional<String> store() {
        for (HealthCheck check : checks.get()) {
            if (check.name().equals("etcd")) {
                return check.problem();
            }
        }
        return Optional.of("nobody says how the store is");
    }

    private Optional<String> component(String name) {
        ServiceComponentRuntime runtime = components.get();
        if (runtime == null) {
            return Optional.of("nobody says which components are active");
        }
        String problem = "it is not in this process";
        for (ComponentDescriptionDTO one : runtime.getComponentDescriptionDTOs()) {
            if (name.equals(one.properties.get(PROPERTY))) {
                for (ComponentConfigurationDTO state : runtime.getComponentConfigurationDTOs(one)) {
                    if (state.state == ComponentConfigurationDTO.ACTIVE) {
                        return Optional.empty();
                    }
                    problem = problem(state);
                }
            }
        }
        return Optional.of(problem);
    }

    private static String problem(ComponentConfigurationDTO state) {
        for (UnsatisfiedReferenceDTO missing : state.unsatisfiedReferences) {
            return "it waits for " + missing.name;
        }
        return state.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                ? "it could not be started: " + state.failure.lines().findFirst().orElse("")
                : "it is not active";
    }

    private static Object condition(JsonNode status, String field) {
        JsonNode condition = status.path("conditions").path(0);
        if (!field.equals("status")) {
            return condition.path(field).asText();
        }
        return switch (condition.path("status").asText()) {
            case "True" -> "Healthy";
            case "False" -> "Unhealthy";
            default -> "Unknown";
        };
    }
}
