package io.felucca.apiserver.admission.alwaysdeny;

import io.felucca.apiserver.api.AdmissionPlugin;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Refuses every write. Off unless it has a configuration. Thread-safe. */
@Component(
        property = AdmissionPlugin.NAME + "=AlwaysDeny",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AlwaysDeny implements AdmissionPlugin {
    @Override
    public void validate(Request request) {
        throw request.forbidden("admission control is denying all modifications");
    }
}
