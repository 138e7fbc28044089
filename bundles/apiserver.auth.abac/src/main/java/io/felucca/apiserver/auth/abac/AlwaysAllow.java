package io.felucca.apiserver.auth.abac;

import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.UserInfo;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Everybody may do everything: for tests only. The last to be asked, unless configured so. */
@Component(
        configurationPid = "io.felucca.apiserver.auth.alwaysallow",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = "service.ranking:Integer=-100")
public final class AlwaysAllow implements Authorizer {
    private static final List<String> ANY = List.of("*");

    @Override
    public Decision authorize(Attributes attributes) {
        return new Decision(Verdict.ALLOW, "");
    }

    @Override
    public List<Rule> rulesFor(UserInfo user, String namespace) {
        return List.of(
                new Rule(ANY, ANY, ANY, List.of(), List.of()),
                new Rule(ANY, List.of(), List.of(), List.of(), ANY));
    }
}
