package io.felucca.apiserver.admission.podtolerationrestriction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Gives new pods their namespace's default tolerations, and refuses pods that tolerate what the
 * namespace's whitelist does not hold; both are annotations with a JSON list of tolerations. Off
 * unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=PodTolerationRestriction",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class PodTolerationRestriction implements AdmissionPlugin {
    static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final String DEFAULTS = "scheduler.alpha.kubernetes.io/defaultTolerations";
    private static final String WHITELIST = "scheduler.alpha.kubernetes.io/tolerationsWhitelist";

    @Override
    public void mutate(Request request) {
        if (!request.is(PODS, Operation.CREATE)
                || !(request.object().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        for (JsonNode given : annotation(request, DEFAULTS)) {
            ArrayNode own = spec.withArray("/tolerations");
            boolean isThere = false;
            for (JsonNode toleration : own) {
                if (sameTaint(toleration, given) && !covers(toleration, given)) {
                    throw request.forbidden("namespace tolerations and pod tolerations conflict");
                }
                isThere |= covers(toleration, given);
            }
            if (!isThere) {
                own.add(given);
            }
        }
    }

    @Override
    public void validate(Request request) {
        if (!request.is(PODS, Operation.CREATE, Operation.UPDATE)) {
            return;
        }
        ArrayNode whitelist = annotation(request, WHITELIST);
        if (whitelist.isEmpty()) {
            return;
        }
        for (JsonNode toleration : request.object().path("spec").path("tolerations")) {
            boolean allowed = false;
            for (JsonNode entry : whitelist) {
                allowed |= covers(entry, toleration);
            }
            if (!allowed) {
                throw request.forbidden(
                        "pod tolerations (possibly merged with namespace default tolerations)"
                                + " conflict with its namespace whitelist");
            }
        }
    }

    private static ArrayNode annotation(Request request, String name) {
        ObjectNode namespace =
                request.server()
                        .get(NAMESPACES, "", request.namespace())
                        .map(StoredObject::json)
                        .map(Json::parseObject)
                        .orElseThrow(
                                () ->
                                        ApiException.notFound(
                                                NAMESPACES.groupResource(), request.namespace()));
        String text = namespace.path("metadata").path("annotations").path(name).asText("");
        if (text.isEmpty()) {
            return Json.mapper().createArrayNode();
        }
        try {
            if (Json.mapper().readTree(text) instanceof ArrayNode tolerations) {
                return tolerations;
            }
        } catch (JsonProcessingException e) {
            throw request.forbidden(
                    "namespace " + request.namespace() + ", annotation " + name + ": " + e);
        }
        throw request.forbidden(
                "namespace "
                        + request.namespace()
                        + ", annotation "
                        + name
                        + ": must be a JSON list of tolerations");
    }

    private static boolean sameTaint(JsonNode one, JsonNode other) {
        return text(one, "key").equals(text(other, "key"))
                && text(one, "effect").equals(text(other, "effect"));
    }

    /** Whether whatever {@code narrow} tolerates is tolerated by {@code wide} for as long. */
    private static boolean covers(JsonNode wide, JsonNode narrow) {
        boolean exists = text(wide, "operator").equals("Exists");
        boolean everyKey = text(wide, "key").isEmpty() && exists;
        if (!everyKey && !text(wide, "key").equals(text(narrow, "key"))) {
            return false;
        }
        String effect = text(wide, "effect");
        if (!effect.isEmpty() && !effect.equals(text(narrow, "effect"))) {
            return false;
        }
        boolean wantsAnyValue = text(narrow, "operator").equals("Exists");
        boolean sameValue = text(wide, "value").equals(text(narrow, "value"));
        if (!exists && (wantsAnyValue || !sameValue)) {
            return false;
        }
        return lasts(wide, narrow);
    }

    private static boolean lasts(JsonNode wide, JsonNode narrow) {
        if (!wide.hasNonNull("tolerationSeconds")) {
            return true;
        }
        return narrow.hasNonNull("tolerationSeconds")
                && narrow.path("tolerationSeconds").asLong()
                        <= wide.path("tolerationSeconds").asLong();
    }

    private static String text(JsonNode toleration, String field) {
        return toleration.path(field).asText("");
    }
}
