package io.felucca.apiserver.auth;

import static io.felucca.apiserver.auth.Rbac.binding;
import static io.felucca.apiserver.auth.Rbac.clusterBinding;
import static io.felucca.apiserver.auth.Rbac.clusterRole;
import static io.felucca.apiserver.auth.Rbac.json;
import static io.felucca.apiserver.auth.Rbac.role;
import static io.felucca.apiserver.auth.Rbac.rule;
import static io.felucca.apiserver.auth.Rbac.urlRule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.auth.RbacPolicy.Source;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EscalationCheckTest {
    private static final UserInfo JANE = UserInfo.of("jane");

    private final RbacPolicy policy = new RbacPolicy();
    private final FakeServer server = new FakeServer();
    private final EscalationCheck check = new EscalationCheck(policy);

    /** Jane may read pods in a, and update one ConfigMap. */
    @BeforeEach
    void grant() {
        policy.put(
                Source.ROLES,
                role(
                        "a",
                        "own",
                        rule("-", "pods,pods/log", "get,list"),
                        rule("-", "configmaps", "update", "one"),
                        rule("apps", "*/scale", "*")));
        policy.put(Source.ROLE_BINDINGS, binding("a", "own", "Role/own", "User:jane"));
    }

    @Test
    void whatOneHasOneMayGrant() {
        write("roles", role("a", "r", rule("-", "pods", "get"), rule("-", "pods/log", "list")));
        write("roles", role("a", "r", rule("-", "configmaps", "update", "one")));
        write("roles", role("a", "r", rule("apps", "deployments/scale", "patch")));
    }

    @Test
    void whatOneLacksOneMayNot() {
        assertRefused(
                "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"jane\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC"
                        + " permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\" \"watch\"]}\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}",
                "roles",
                role(
                        "a",
                        "r",
                        rule("-", "secrets,pods", "get"),
                        rule("-", "pods", "watch,delete")));
        refused("roles", role("b", "r", rule("-", "pods", "get")));
        refused("roles", role("a", "r", rule("-", "configmaps", "update")));
        refused("roles", role("a", "r", rule("-", "configmaps", "update", "two")));
        refused("roles", role("a", "r", rule("apps", "deployments", "get")));
        refused("clusterroles", clusterRole("r", urlRule("/metrics", "get")));
        refused("clusterroles", clusterRole("r", rule("-", "pods", "get")));
    }

    @Test
    void aBindingGrantsWhatItsRoleAllows() {
        server.put("roles", role("a", "low", rule("-", "pods", "get")));
        server.put("clusterroles", clusterRole("high", rule("*", "*", "*")));
        write("rolebindings", binding("a", "b", "Role/low", "User:joe"));
        refused("rolebindings", binding("a", "b", "ClusterRole/high", "User:joe"));
        refused("clusterrolebindings", clusterBinding("b", "high", "User:jane"));
        assertRefused(
                "roles.rbac.authorization.k8s.io \"gone\" not found",
                "rolebindings",
                binding("a", "b", "Role/gone", "User:joe"));
    }

    @Test
    void theVerbsEscalateAndBindLiftTheCheck() {
        policy.put(
                Source.CLUSTER_ROLES,
                clusterRole(
                        "free",
                        rule("rbac.authorization.k8s.io", "roles", "escalate"),
                        rule("rbac.authorization.k8s.io", "clusterroles", "bind", "high")));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("free", "free", "User:jane"));
        server.put("clusterroles", clusterRole("high", rule("*", "*", "*")));
        server.put("clusterroles", clusterRole("other", rule("*", "*", "*")));
        write("roles", role("a", "r", rule("-", "secrets", "get")));
        write("rolebindings", binding("a", "b", "ClusterRole/high", "User:joe"));
        refused("rolebindings", binding("a", "b", "ClusterRole/other", "User:joe"));
    }

    @Test
    void aChangeThatGrantsNothingNewIsFree() {
        ObjectNode old = role("a", "r", rule("*", "*", "*"));
        ObjectNode labelled = old.deepCopy();
        labelled.withObject("/metadata").putObject("labels").put("a", "b");
        check.validate(request(Operation.UPDATE, "roles", JANE, labelled, old));
    }

    @Test
    void aggregationNeedsFullAuthority() {
        ObjectNode role =
                json(
                        "{'metadata':{'name':'r'},'aggregationRule':{'clusterRoleSelectors':[{}]},"
                                + "'rules':[]}");
        assertRefused(
                "clusterroles.rbac.authorization.k8s.io \"r\" is forbidden: must have"
                        + " cluster-admin privileges to use the aggregationRule",
                "clusterroles",
                role);
        policy.put(
                Source.CLUSTER_ROLES, clusterRole("all", rule("*", "*", "*"), urlRule("*", "*")));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("b", "all", "User:jane"));
        write("clusterroles", role);
    }

    @Test
    void mastersGrantAnything() {
        UserInfo master = UserInfo.of("admin", "system:masters");
        check.validate(
                request(
                        Operation.CREATE,
                        "clusterroles",
                        master,
                        clusterRole("r", rule("*", "*", "*")),
                        null));
    }

    private void write(String resource, ObjectNode object) {
        check.validate(request(Operation.CREATE, resource, JANE, object, null));
    }

    private ApiException refused(String resource, ObjectNode object) {
        return assertThrows(ApiException.class, () -> write(resource, object));
    }

    private void assertRefused(String message, String resource, ObjectNode object) {
        assertEquals(message, refused(resource, object).status().message());
    }

    private Request request(
            Operation operation,
            String resource,
            UserInfo user,
            ObjectNode object,
            ObjectNode old) {
        return new Request(
                operation,
                user,
                new GroupVersionResource("rbac.authorization.k8s.io", "v1", resource),
                new GroupVersionKind("rbac.authorization.k8s.io", "v1", "Any"),
                "",
                object.at("/metadata/namespace").asText(),
                object.at("/metadata/name").asText(),
                object,
                old,
                false,
                ServerReader.cached(server));
    }
}
