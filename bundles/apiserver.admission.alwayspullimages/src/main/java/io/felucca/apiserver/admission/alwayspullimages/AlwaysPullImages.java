package io.felucca.apiserver.admission.alwayspullimages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Has each container's image pulled at each start, so that nobody runs another's private image only
 * because the node has it already. Off unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=AlwaysPullImages",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AlwaysPullImages implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final List<String> LISTS =
            List.of("initContainers", "containers", "ephemeralContainers");
    private static final String POLICY = "imagePullPolicy";
    private static final String ALWAYS = "Always";

    @Override
    public void mutate(Request request) {
        if (concerns(request)) {
            for (JsonNode container : containers(request.object())) {
                ((ObjectNode) container).put(POLICY, ALWAYS);
            }
            for (JsonNode volume : request.object().path("spec").path("volumes")) {
                if (volume.get("image") instanceof ObjectNode image) {
                    image.put("pullPolicy", ALWAYS);
                }
            }
        }
    }

    @Override
    public void validate(Request request) {
        if (!concerns(request)) {
            return;
        }
        for (String list : LISTS) {
            int index = 0;
            for (JsonNode container : request.object().path("spec").path(list)) {
                String policy = container.path(POLICY).asText("");
                if (!policy.equals(ALWAYS)) {
                    throw request.forbidden(
                            "spec."
                                    + list
                                    + "["
                                    + index
                                    + "].imagePullPolicy: Unsupported value: \""
                                    + policy
                                    + "\": supported values: \"Always\"");
                }
                index++;
            }
        }
    }

    private static boolean concerns(Request request) {
        boolean written =
                request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        boolean whole =
                request.subresource().isEmpty()
                        || request.subresource().equals("ephemeralcontainers");
        return written
                && whole
                && request.resource().groupResource().equals(PODS)
                && !onlyRunsWhatItRan(request);
    }

    /** Other changes must stay possible on pods from before this plugin was switched on. */
    private static boolean onlyRunsWhatItRan(Request request) {
        return request.operation() == Operation.UPDATE
                && images(request.old()).containsAll(images(request.object()));
    }

    private static Set<String> images(JsonNode pod) {
        Set<String> images = new HashSet<>();
        containers(pod).forEach(container -> images.add(container.path("image").asText()));
        return images;
    }

    private static List<JsonNode> containers(JsonNode pod) {
        List<JsonNode> containers = new ArrayList<>();
        for (String list : LISTS) {
            pod.path("spec").path(list).forEach(containers::add);
        }
        return containers;
    }
}
