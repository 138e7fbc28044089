package io.felucca.apiserver.admission.limitpodhardantiaffinitytopology;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Refuses pods whose required anti-affinity spans more than a host, for with one such pod a tenant
 * could keep all others out of a zone. Off unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=LimitPodHardAntiAffinityTopology",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class LimitPodHardAntiAffinityTopology implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final String HOST = "kubernetes.io/hostname";

    @Override
    public void validate(Request request) {
        if (!request.is(PODS, Operation.CREATE, Operation.UPDATE)) {
            return;
        }
        JsonNode terms =
                request.object()
                        .path("spec")
                        .path("affinity")
                        .path("podAntiAffinity")
                        .path("requiredDuringSchedulingIgnoredDuringExecution");
        for (JsonNode term : terms) {
            String key = term.path("topologyKey").asText("");
            if (!key.equals(HOST)) {
                throw request.forbidden(
                        "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey "
                                + key
                                + " but only key "
                                + HOST
                                + " is allowed");
            }
        }
    }
}
