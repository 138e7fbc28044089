package io.felucca.apiserver.admission.alwaysadmit;

import io.felucca.apiserver.api.AdmissionPlugin;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Admits everything, as no plugin would. Off unless it has a configuration. Thread-safe. */
@Component(
        property = AdmissionPlugin.NAME + "=AlwaysAdmit",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AlwaysAdmit implements AdmissionPlugin {}
