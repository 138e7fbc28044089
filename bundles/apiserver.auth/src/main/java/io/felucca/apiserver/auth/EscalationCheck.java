package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Rule;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Nobody grants what he does not have: writes of roles and bindings are refused unless the writer
 * holds all their permissions, or the verb {@code escalate} on the role, or {@code bind} on the
 * role that is bound. Upstream does this in the storage of these types; here it is a plugin, after
 * all of upstream's. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=RBACEscalation")
public final class EscalationCheck implements AdmissionPlugin {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final String MASTERS = "system:masters";
    private static final List<String> ANY = List.of("*");
    private static final List<Rule> FULL_AUTHORITY =
            List.of(
                    new Rule(ANY, ANY, ANY, List.of(), List.of()),
                    new Rule(ANY, List.of(), List.of(), List.of(), ANY));

    private final RbacPolicy policy;

    @Activate
    public EscalationCheck(@Reference RbacPolicy policy) {
        this.policy = policy;
    }

    @Override
    public void validate(Request request) {
        boolean written =
                request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!written
                || !request.resource().group().equals(GROUP)
                || request.user().groups().contains(MASTERS)) {
            return;
        }
        switch (request.resource().resource()) {
            case "roles", "clusterroles" -> checkRole(request);
            case "rolebindings", "clusterrolebindings" -> checkBinding(request);
            default -> {
                // The group has no other resources.
            }
        }
    }

    private void checkRole(Request request) {
        ObjectNode role = request.object();
        boolean sameRules = isSame(request, "rules");
        boolean sameAggregation = isSame(request, "aggregationRule");
        if ((sameRules && sameAggregation)
                || may(request, "escalate", request.resource().resource(), request.name())) {
            return;
        }
        if (!sameAggregation
                && role.hasNonNull("aggregationRule")
                && !RuleCoverage.missing(held(request), FULL_AUTHORITY).isEmpty()) {
            throw ApiException.forbidden(
                    request.resource().groupResource(),
                    request.name(),
                    "must have cluster-admin privileges to use the aggregationRule");
        }
        if (!sameRules) {
            requireHeld(request, RbacObjects.rules(role.path("rules")));
        }
    }

    private void checkBinding(Request request) {
        if (isSame(request, "roleRef") && isSame(request, "subjects")) {
            return;
        }
        RoleKey role = RbacObjects.roleRef(request.object(), request.namespace());
        String resource = role.isClusterRole() ? "clusterroles" : "roles";
        if (may(request, "bind", resource, role.name())) {
            return;
        }
        GroupVersionResource roles = new GroupVersionResource(GROUP, "v1", resource);
        ObjectNode stored =
                request.server()
                        .get(roles, role.namespace(), role.name())
                        .map(found -> Json.parseObject(found.json()))
                        .orElseThrow(
                                () ->
                                        ApiException.notFound(
                                                new GroupResource(GROUP, resource), role.name()));
        requireHeld(request, rules(role, stored));
    }

    /** The stored rules; those of an aggregated role are put together by the policy. */
    private List<Rule> rules(RoleKey role, ObjectNode stored) {
        List<Rule> written = RbacObjects.rules(stored.path("rules"));
        return stored.hasNonNull("aggregationRule")
                ? policy.rulesOf(role).orElse(written)
                : written;
    }

    private void requireHeld(Request request, List<Rule> wanted) {
        List<Rule> missing = RuleCoverage.missing(held(request), wanted);
        if (!missing.isEmpty()) {
            UserInfo user = request.user();
            throw ApiException.forbidden(
                    request.resource().groupResource(),
                    request.name(),
                    "user \""
                            + user.name()
                            + "\" (groups="
                            + RuleCoverage.print(user.groups())
                            + ") is attempting to grant RBAC permissions not currently held:\n"
                            + missing.stream()
                                    .map(RuleCoverage::print)
                                    .sorted()
                                    .collect(Collectors.joining("\n")));
        }
    }

    private List<Rule> held(Request request) {
        return policy.rulesFor(request.user(), request.namespace());
    }

    private boolean may(Request request, String verb, String resource, String name) {
        return policy.allows(
                        new Attributes(
                                request.user(),
                                verb,
                                GROUP,
                                "v1",
                                resource,
                                "",
                                request.namespace(),
                                name,
                                ""))
                .isPresent();
    }

    private static boolean isSame(Request request, String field) {
        JsonNode old = request.old() == null ? null : request.old().get(field);
        JsonNode now = request.object().get(field);
        return isAbsent(now) ? isAbsent(old) : now.equals(old);
    }

    private static boolean isAbsent(JsonNode node) {
        return node == null || node.isNull() || node.isEmpty();
    }
}
