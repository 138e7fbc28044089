package io.felucca.apiserver.auth.abac;

import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.UserInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Upstream's ABAC: allows what one of the policies of a file allows. Read once. Thread-safe. */
@Component(
        configurationPid = "io.felucca.apiserver.auth.abac",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = "service.ranking:Integer=-10")
public final class AbacAuthorizer implements Authorizer {
    private static final Decision ALLOW = new Decision(Verdict.ALLOW, "");
    private static final Decision NONE = new Decision(Verdict.NO_OPINION, "No policy matched.");

    /** Where the policies are. */
    public @interface Config {
        /** A path to a file with one JSON object in each line. */
        String file();
    }

    private final List<AbacPolicy> policies;

    @Activate
    public AbacAuthorizer(Config config) throws IOException {
        this(Files.readString(Path.of(config.file())));
    }

    AbacAuthorizer(String text) {
        policies = AbacPolicy.read(text);
    }

    @Override
    public Decision authorize(Attributes attributes) {
        for (AbacPolicy policy : policies) {
            if (policy.allows(attributes)) {
                return ALLOW;
            }
        }
        return NONE;
    }

    @Override
    public List<Rule> rulesFor(UserInfo user, String namespace) {
        return policies.stream()
                .filter(policy -> policy.isFor(user))
                .flatMap(policy -> policy.rules(namespace).stream())
                .toList();
    }
}
