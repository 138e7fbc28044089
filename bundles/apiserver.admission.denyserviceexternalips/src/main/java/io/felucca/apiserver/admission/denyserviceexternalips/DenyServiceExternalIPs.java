package io.felucca.apiserver.admission.denyserviceexternalips;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import java.util.HashSet;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Refuses new entries in a service's {@code externalIPs}: whoever may write them can draw any
 * address's traffic to pods (CVE-2020-8554). Those that are there may stay. Off unless it has a
 * configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=DenyServiceExternalIPs",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DenyServiceExternalIPs implements AdmissionPlugin {
    private static final GroupResource SERVICES = new GroupResource("", "services");

    @Override
    public void validate(Request request) {
        if (!request.is(SERVICES, Operation.CREATE, Operation.UPDATE)) {
            return;
        }
        Set<String> added = externalAddresses(request.object());
        if (request.old() != null) {
            added.removeAll(externalAddresses(request.old()));
        }
        if (!added.isEmpty()) {
            throw request.forbidden("Use of external IPs is denied by admission control.");
        }
    }

    private static Set<String> externalAddresses(JsonNode service) {
        Set<String> addresses = new HashSet<>();
        service.path("spec").path("externalIPs").forEach(one -> addresses.add(one.asText()));
        return addresses;
    }
}
