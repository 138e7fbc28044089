package io.felucca.apiserver.auth;

import static io.felucca.apiserver.auth.Rbac.ask;
import static io.felucca.apiserver.auth.Rbac.askPath;
import static io.felucca.apiserver.auth.Rbac.binding;
import static io.felucca.apiserver.auth.Rbac.clusterBinding;
import static io.felucca.apiserver.auth.Rbac.clusterRole;
import static io.felucca.apiserver.auth.Rbac.json;
import static io.felucca.apiserver.auth.Rbac.role;
import static io.felucca.apiserver.auth.Rbac.rule;
import static io.felucca.apiserver.auth.Rbac.urlRule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.auth.RbacPolicy.Source;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RbacAuthorizerTest {
    private static final UserInfo JANE = UserInfo.of("jane", "developers");
    private static final UserInfo ACCOUNT =
            UserInfo.of("system:serviceaccount:shop:cart", "system:serviceaccounts");

    private final RbacPolicy policy = new RbacPolicy();
    private final RbacAuthorizer authorizer = new RbacAuthorizer(policy);

    @BeforeEach
    void load() {
        for (Source source : Source.values()) {
            policy.replace(source, List.of());
        }
    }

    @Test
    void nobodyMayAnythingUnlessARoleSaysSo() {
        assertEquals(Decision.NO_OPINION, authorizer.authorize(ask(JANE, "get", "pods", "a", "p")));
    }

    @Test
    void mastersMayEverythingEvenBeforeTheRolesAreRead() {
        RbacAuthorizer fresh = new RbacAuthorizer(new RbacPolicy(), Duration.ZERO);
        UserInfo master = UserInfo.of("admin", "system:masters");
        assertEquals(
                Verdict.ALLOW, fresh.authorize(ask(master, "delete", "nodes", "", "n")).verdict());
        ApiException wait =
                assertThrows(
                        ApiException.class,
                        () -> fresh.authorize(ask(JANE, "get", "pods", "a", "p")));
        assertEquals(StatusReason.ServiceUnavailable, wait.reason());
        assertTrue(fresh.problem().isPresent());
        assertTrue(authorizer.problem().isEmpty());
    }

    @Test
    void aRoleBindingGrantsInItsNamespaceOnly() {
        policy.put(Source.ROLES, role("a", "reader", rule("-", "pods", "get,list")));
        policy.put(Source.ROLE_BINDINGS, binding("a", "b", "Role/reader", "User:jane"));
        Decision decision = authorizer.authorize(ask(JANE, "get", "pods", "a", "p"));
        assertEquals(Verdict.ALLOW, decision.verdict());
        assertEquals(
                "RBAC: allowed by RoleBinding \"b/a\" of Role \"reader\" to User \"jane\"",
                decision.reason());
        assertFalse(allowed(ask(JANE, "get", "pods", "b", "p")));
        assertFalse(allowed(ask(JANE, "list", "pods", "", "")));
        assertFalse(allowed(ask(JANE, "delete", "pods", "a", "p")));
        assertFalse(allowed(ask(JANE, "get", "pods/log", "a", "p")));
        assertFalse(allowed(ask(JANE, "get", "pods.metrics.k8s.io", "a", "p")));
    }

    @Test
    void aClusterRoleBindingGrantsEverywhere() {
        policy.put(Source.CLUSTER_ROLES, clusterRole("viewer", rule("*", "*", "get")));
        policy.put(
                Source.CLUSTER_ROLE_BINDINGS,
                clusterBinding("b", "viewer", "Group:developers", "ServiceAccount:shop/cart"));
        assertTrue(allowed(ask(JANE, "get", "pods/log", "a", "p")));
        assertTrue(allowed(ask(ACCOUNT, "get", "nodes", "", "n")));
        assertEquals(
                "RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"viewer\" to"
                        + " ServiceAccount \"cart/shop\"",
                authorizer.authorize(ask(ACCOUNT, "get", "nodes", "", "n")).reason());
        assertFalse(allowed(askPath(JANE, "get", "/metrics")));
    }

    @Test
    void wildcardsAndSubresourcesMatchAsUpstream() {
        policy.put(
                Source.CLUSTER_ROLES,
                clusterRole(
                        "r",
                        rule("apps", "*/scale", "*"),
                        rule("-", "configmaps", "update", "one", "two"),
                        urlRule("/healthz,/apis/*", "get")));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("b", "r", "User:jane"));
        assertTrue(allowed(ask(JANE, "patch", "deployments.apps/scale", "a", "d")));
        assertFalse(allowed(ask(JANE, "patch", "deployments.apps", "a", "d")));
        assertFalse(allowed(ask(JANE, "patch", "deployments.apps/status", "a", "d")));
        assertTrue(allowed(ask(JANE, "update", "configmaps", "a", "two")));
        assertFalse(allowed(ask(JANE, "update", "configmaps", "a", "three")));
        assertFalse(allowed(ask(JANE, "update", "configmaps", "a", "")));
        assertTrue(allowed(askPath(JANE, "get", "/healthz")));
        assertFalse(allowed(askPath(JANE, "get", "/healthz/ping")));
        assertTrue(allowed(askPath(JANE, "get", "/apis/apps/v1")));
        assertFalse(allowed(askPath(JANE, "get", "/apis")));
        assertFalse(allowed(askPath(JANE, "post", "/healthz")));
    }

    @Test
    void changesTakeEffectOneByOne() {
        policy.put(Source.CLUSTER_ROLES, clusterRole("r", rule("-", "pods", "get")));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("b", "r", "User:jane"));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("b", "r", "User:joe"));
        assertFalse(allowed(ask(JANE, "get", "pods", "a", "p")));
        UserInfo joe = UserInfo.of("joe");
        assertTrue(allowed(ask(joe, "get", "pods", "a", "p")));
        policy.put(Source.CLUSTER_ROLES, clusterRole("r", rule("-", "pods", "list")));
        assertFalse(allowed(ask(joe, "get", "pods", "a", "p")));
        assertTrue(allowed(ask(joe, "list", "pods", "a", "")));
        policy.remove(Source.CLUSTER_ROLE_BINDINGS, "", "b");
        assertFalse(allowed(ask(joe, "list", "pods", "a", "")));
    }

    @Test
    void aNewListForgetsWhatIsNotInIt() {
        policy.put(Source.ROLES, role("a", "reader", rule("-", "pods", "get")));
        policy.put(Source.ROLE_BINDINGS, binding("a", "b", "Role/reader", "User:jane"));
        policy.put(Source.CLUSTER_ROLES, clusterRole("r", rule("-", "nodes", "get")));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("b", "r", "User:jane"));
        policy.replace(Source.ROLE_BINDINGS, List.of());
        assertFalse(allowed(ask(JANE, "get", "pods", "a", "p")));
        assertTrue(allowed(ask(JANE, "get", "nodes", "", "n")));
        policy.replace(Source.CLUSTER_ROLES, List.of());
        assertFalse(allowed(ask(JANE, "get", "nodes", "", "n")));
    }

    @Test
    void aMissingRoleIsNamedInTheAnswer() {
        policy.put(Source.ROLE_BINDINGS, binding("a", "b", "Role/gone", "User:jane"));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("c", "lost", "Group:developers"));
        assertEquals(
                "RBAC: [role.rbac.authorization.k8s.io \"gone\" not found,"
                        + " clusterrole.rbac.authorization.k8s.io \"lost\" not found]",
                authorizer.authorize(ask(JANE, "get", "pods", "a", "p")).reason());
        assertEquals(
                "RBAC: clusterrole.rbac.authorization.k8s.io \"lost\" not found",
                authorizer.authorize(ask(JANE, "get", "nodes", "", "n")).reason());
    }

    @Test
    void aClusterBindingToANamespacesRoleGrantsNothing() {
        policy.put(Source.CLUSTER_ROLES, clusterRole("r", rule("*", "*", "*")));
        ObjectNode binding = clusterBinding("b", "r", "User:jane");
        binding.withObject("/roleRef").put("kind", "Role");
        policy.put(Source.CLUSTER_ROLE_BINDINGS, binding);
        assertFalse(allowed(ask(JANE, "get", "pods", "a", "p")));
    }

    @Test
    void anAggregatedRoleFollowsTheRolesThatItSelects() {
        policy.put(
                Source.CLUSTER_ROLES,
                json(
                        "{'metadata':{'name':'all'},'aggregationRule':{'clusterRoleSelectors':["
                                + "{'matchLabels':{'to-all':'true'}}]}}"));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("b", "all", "User:jane"));
        assertFalse(allowed(ask(JANE, "get", "pods", "a", "p")));
        ObjectNode part = clusterRole("part", rule("-", "pods", "get"));
        part.withObject("/metadata").putObject("labels").put("to-all", "true");
        policy.put(Source.CLUSTER_ROLES, part);
        assertTrue(allowed(ask(JANE, "get", "pods", "a", "p")));
        policy.remove(Source.CLUSTER_ROLES, "", "part");
        assertFalse(allowed(ask(JANE, "get", "pods", "a", "p")));
    }

    @Test
    void theRulesOfAUserAreThoseOfAllGrants() {
        policy.put(Source.ROLES, role("a", "reader", rule("-", "pods", "get")));
        policy.put(Source.ROLE_BINDINGS, binding("a", "b", "Role/reader", "User:jane"));
        policy.put(Source.CLUSTER_ROLES, clusterRole("r", urlRule("/metrics", "get")));
        policy.put(Source.CLUSTER_ROLE_BINDINGS, clusterBinding("b", "r", "Group:developers"));
        assertEquals(2, authorizer.rulesFor(JANE, "a").size());
        assertEquals(List.of("/metrics"), authorizer.rulesFor(JANE, "b").get(0).nonResourceUrls());
    }

    @Test
    void upstreamsDefaultRolesDoWhatTheirNamesSay() {
        Map<Source, List<ObjectNode>> all = new EnumMap<>(Source.class);
        for (ObjectNode object : new BootstrapRoles().objects()) {
            Source source =
                    switch (object.get("kind").asText()) {
                        case "Role" -> Source.ROLES;
                        case "ClusterRole" -> Source.CLUSTER_ROLES;
                        case "RoleBinding" -> Source.ROLE_BINDINGS;
                        default -> Source.CLUSTER_ROLE_BINDINGS;
                    };
            all.computeIfAbsent(source, none -> new ArrayList<>()).add(object);
        }
        all.forEach(policy::replace);
        policy.put(Source.ROLE_BINDINGS, binding("a", "b", "ClusterRole/admin", "User:jane"));
        assertTrue(allowed(ask(JANE, "get", "pods/log", "a", "p")));
        assertTrue(allowed(ask(JANE, "create", "deployments.apps", "a", "")));
        assertTrue(allowed(ask(JANE, "create", "roles.rbac.authorization.k8s.io", "a", "")));
        assertFalse(allowed(ask(JANE, "get", "nodes", "", "n")));
        assertTrue(allowed(askPath(JANE, "get", "/apis/apps")));
        assertTrue(allowed(askPath(UserInfo.ANONYMOUS, "get", "/readyz")));
        assertFalse(allowed(askPath(UserInfo.ANONYMOUS, "get", "/apis")));
        UserInfo node = UserInfo.of("system:node:here", "system:nodes");
        assertFalse(allowed(ask(node, "update", "leases.coordination.k8s.io", "l", "here")));
        assertTrue(allowed(ask(node, "watch", "endpointslices.discovery.k8s.io", "", "")));
        assertFalse(allowed(ask(node, "create", "secrets", "a", "")));
        UserInfo dns = UserInfo.of("system:serviceaccount:kube-system:kube-dns");
        assertTrue(allowed(ask(dns, "watch", "endpointslices.discovery.k8s.io", "", "")));
        UserInfo lifecycle =
                UserInfo.of("system:serviceaccount:kube-system:node-lifecycle-controller");
        assertTrue(allowed(ask(lifecycle, "patch", "nodes/status", "", "here")));
    }

    private boolean allowed(Attributes asked) {
        return authorizer.authorize(asked).verdict() == Verdict.ALLOW;
    }
}
