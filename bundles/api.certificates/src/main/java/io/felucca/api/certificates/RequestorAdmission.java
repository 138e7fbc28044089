package io.felucca.api.certificates;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.UserInfo;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Writes into a signing request who sent it: signers trust these fields, so no client may choose
 * them. A strategy does not know the user; upstream's does.
 */
@Component(property = AdmissionPlugin.NAME + "=CertificateRequestor")
public final class RequestorAdmission implements AdmissionPlugin {
    @Override
    public void mutate(Request request) {
        boolean creation =
                request.operation() == Operation.CREATE
                        && request.resource().group().equals("certificates.k8s.io")
                        && request.resource().resource().equals(SigningRequests.PLURAL)
                        && request.subresource().isEmpty();
        if (!creation) {
            return;
        }
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
