package io.felucca.api.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.UserInfo;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes into a signing request who sent it, and into its conditions when they came: signers trust
 * these fields, so no client may choose them. A strategy does not know the user; upstream's does.
 */
@Component(property = AdmissionPlugin.NAME + "=CertificateRequestor")
public final class RequestorAdmission implements AdmissionPlugin {
    private final Clock clock;

    @Activate
    public RequestorAdmission(@Reference Clock clock) {
        this.clock = clock;
    }

    @Override
    public void mutate(Request request) {
        if (!request.resource().group().equals("certificates.k8s.io")
                || !request.resource().resource().equals(SigningRequests.PLURAL)) {
            return;
        }
        if (request.operation() == Operation.CREATE && request.subresource().isEmpty()) {
            sender(request);
        } else if (request.operation() == Operation.UPDATE && !request.subresource().isEmpty()) {
            times(request);
        }
    }

    /** A condition that comes without its times gets them; one that stays keeps its own. */
    private void times(Request request) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        for (JsonNode one : request.object().path("status").path("conditions")) {
            if (!(one instanceof ObjectNode condition)) {
                continue;
            }
            JsonNode before = same(request.old(), condition.path("type").asText(""));
            if (!condition.hasNonNull("lastUpdateTime")) {
                condition.put("lastUpdateTime", before.path("lastUpdateTime").asText(now));
            }
            if (!condition.hasNonNull("lastTransitionTime")) {
                condition.put("lastTransitionTime", before.path("lastTransitionTime").asText(now));
            }
        }
    }

    private static JsonNode same(ObjectNode old, String type) {
        for (JsonNode one : old.path("status").path("conditions")) {
            if (one.path("type").asText("").equals(type)) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    private static void sender(Request request) {
        UserInfo user = request.user();
        ObjectNode spec = request.object().withObject("/spec");
        spec.remove(List.of("username", "uid", "groups", "extra"));
        spec.put("username", user.name());
        if (!user.uid().isEmpty()) {
            spec.put("uid", user.uid());
        }
        ArrayNode groups = spec.putArray("groups");
        user.groups().forEach(groups::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = spec.putObject("extra");
            for (Map.Entry<String, List<String>> one : user.extra().entrySet()) {
                one.getValue().forEach(extra.putArray(one.getKey())::add);
            }
        }
    }
}
