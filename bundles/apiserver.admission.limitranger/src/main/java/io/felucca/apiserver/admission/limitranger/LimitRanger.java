package io.felucca.apiserver.admission.limitranger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.Readings;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Holds new pods and claims to the LimitRanges of their namespace: containers get the defaults for
 * what they do not ask for, and what is outside minimum, maximum or ratio is refused with all that
 * is wrong. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=LimitRanger")
public final class LimitRanger implements AdmissionPlugin {
    static final GroupVersionResource LIMIT_RANGES =
            new GroupVersionResource("", "v1", "limitranges");

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");

    private final Readings<Range> readings = new Readings<>(Range::of);

    /**
     * What a LimitRange says.
     *
     * @param limits its items, only to be read
     */
    private record Range(ContainerDefaults defaults, List<JsonNode> limits) {
        static Range of(ObjectNode range) {
            List<JsonNode> limits = new ArrayList<>();
            range.path("spec").path("limits").forEach(limits::add);
            return new Range(ContainerDefaults.of(range), List.copyOf(limits));
        }
    }

    @Override
    public void mutate(Request request) {
        if (request.is(PODS, Operation.CREATE)) {
            for (Range range : ranges(request)) {
                range.defaults().applyTo(request.object());
            }
        }
    }

    @Override
    public void validate(Request request) {
        boolean isPod = request.is(PODS, Operation.CREATE) || isResize(request);
        // A claim grows by an update, and then has to fit again.
        boolean isClaim = request.is(CLAIMS, Operation.CREATE, Operation.UPDATE);
        if (!isPod && !isClaim) {
            return;
        }
        List<String> problems = new ArrayList<>();
        for (Range range : ranges(request)) {
            for (JsonNode item : range.limits()) {
                Limits limits = new Limits(item, problems);
                if (isPod) {
                    limits.checkPod(request.object());
                } else {
                    limits.checkClaim(request.object());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw request.forbidden(
                    problems.size() == 1
                            ? problems.get(0)
                            : "[" + String.join(", ", problems) + "]");
        }
    }

    private static boolean isResize(Request request) {
        return request.operation() == Operation.UPDATE
                && request.subresource().equals("resize")
                && request.resource().groupResource().equals(PODS);
    }

    private List<Range> ranges(Request request) {
        return request.server().list(LIMIT_RANGES, request.namespace()).stream()
                .map(readings::of)
                .toList();
    }
}
