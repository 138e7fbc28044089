package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * RBAC. Members of {@code system:masters} may do everything, whatever the roles say: the server
 * itself is one, and so reads the roles before there are any.
 */
@Component(property = "service.ranking:Integer=0")
public final class RbacAuthorizer implements Authorizer, HealthCheck {
    private static final String MASTERS = "system:masters";
    private static final Decision MASTER = new Decision(Verdict.ALLOW, "");
    private static final int RETRY_AFTER_SECONDS = 1;

    /** As long as the server waits for a part that is being replaced. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final RbacPolicy policy;
    private final Duration patience;

    @Activate
    public RbacAuthorizer(@Reference RbacPolicy policy) {
        this(policy, PATIENCE);
    }

    RbacAuthorizer(RbacPolicy policy, Duration patience) {
        this.policy = policy;
        this.patience = patience;
    }

    /**
     * Blocks only while the roles are read for the first time, some milliseconds after this part
     * has arrived.
     *
     * @throws ApiException 503 if that lasts: a "no" would be wrong, and clients take it as final
     */
    @Override
    public Decision authorize(Attributes attributes) {
        if (attributes.user().groups().contains(MASTERS)) {
            return MASTER;
        }
        requireLoaded();
        return policy.allows(attributes)
                .map(reason -> new Decision(Verdict.ALLOW, reason))
                .orElseGet(
                        () ->
                                new Decision(
                                        Verdict.NO_OPINION,
                                        policy.missingRoles(
                                                attributes.user(), attributes.namespace())));
    }

    @Override
    public List<Rule> rulesFor(UserInfo user, String namespace) {
        requireLoaded();
        return policy.rulesFor(user, namespace);
    }

    @Override
    public String name() {
        return "poststarthook/rbac/bootstrap-roles";
    }

    @Override
    public Optional<String> problem() {
        return policy.isLoaded() ? Optional.empty() : Optional.of("the roles are being read");
    }

    private void requireLoaded() {
        if (!policy.isLoaded() && !policy.awaitLoaded(patience)) {
            throw ApiException.unavailable(
                    "the server is still reading the roles of RBAC", RETRY_AFTER_SECONDS);
        }
    }
}
