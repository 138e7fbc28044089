package io.felucca.api.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.ResourceDefinition;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

class ComponentStatusesTest {
    private final Map<String, ComponentConfigurationDTO> components = new java.util.HashMap<>();
    private final List<HealthCheck> checks = new ArrayList<>();
    private final ResourceDefinition definition =
            new ComponentStatuses(this::runtime, () -> checks).definition();

    /** Of its many methods only two are asked. */
    private ServiceComponentRuntime runtime() {
        return (ServiceComponentRuntime)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {ServiceComponentRuntime.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getComponentDescriptionDTOs" -> descriptions();
                                    case "getComponentConfigurationDTOs" ->
                                            List.of(
                                                    components.get(
                                                            ((ComponentDescriptionDTO) arguments[0])
                                                                    .name));
                                    default -> throw new AssertionError(method);
                                });
    }

    private List<ComponentDescriptionDTO> descriptions() {
        List<ComponentDescriptionDTO> all = new ArrayList<>();
        for (String name : components.keySet()) {
            ComponentDescriptionDTO one = new ComponentDescriptionDTO();
            one.name = name;
            one.properties = Map.of(ComponentStatuses.PROPERTY, name);
            all.add(one);
        }
        ComponentDescriptionDTO other = new ComponentDescriptionDTO();
        other.properties = Map.of();
        all.add(other);
        return all;
    }

    private void component(String name, int state, String missing) {
        ComponentConfigurationDTO one = new ComponentConfigurationDTO();
        one.state = state;
        one.unsatisfiedReferences = new UnsatisfiedReferenceDTO[missing.isEmpty() ? 0 : 1];
        if (!missing.isEmpty()) {
            one.unsatisfiedReferences[0] = new UnsatisfiedReferenceDTO();
            one.unsatisfiedReferences[0].name = missing;
        }
        components.put(name, one);
    }

    private void store(Optional<String> problem) {
        checks.add(
                new HealthCheck() {
                    @Override
                    public String name() {
                        return "etcd";
                    }

                    @Override
                    public Optional<String> problem() {
                        return problem;
                    }
                });
    }

    private List<String> shown() {
        List<String> rows = new ArrayList<>();
        for (ObjectNode status : definition.computed().get()) {
            StringBuilder row = new StringBuilder(status.at("/metadata/name").asText());
            definition
                    .columns()
                    .forEach(column -> row.append('|').append(column.cell().apply(status)));
            rows.add(row.toString());
        }
        return rows;
    }

    @Test
    void whatWorksIsHealthy() {
        component("scheduler", ComponentConfigurationDTO.ACTIVE, "");
        component("controller-manager", ComponentConfigurationDTO.ACTIVE, "");
        store(Optional.empty());
        assertEquals(
                List.of(
                        "scheduler|Healthy|ok|",
                        "controller-manager|Healthy|ok|",
                        "etcd-0|Healthy|ok|"),
                shown());
    }

    @Test
    void whatDoesNotWorkSaysWhy() {
        component("scheduler", ComponentConfigurationDTO.UNSATISFIED_REFERENCE, "informers");
        store(Optional.of("there is no store"));
        assertEquals(
                List.of(
                        "scheduler|Unhealthy|it waits for informers|",
                        "controller-manager|Unhealthy|it is not in this process|",
                        "etcd-0|Unhealthy|there is no store|"),
                shown());
    }
}
