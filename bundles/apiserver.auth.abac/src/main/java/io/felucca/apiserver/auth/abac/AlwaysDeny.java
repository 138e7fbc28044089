package io.felucca.apiserver.auth.abac;

import io.felucca.apiserver.api.Authorizer;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Nobody may do what no other authorizer allows, as it is without this, but with a reason. */
@Component(
        configurationPid = "io.felucca.apiserver.auth.alwaysdeny",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = "service.ranking:Integer=-200")
public final class AlwaysDeny implements Authorizer {
    @Override
    public Decision authorize(Attributes attributes) {
        return new Decision(Verdict.NO_OPINION, "Everything is forbidden.");
    }
}
