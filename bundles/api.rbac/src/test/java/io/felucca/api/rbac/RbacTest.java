package io.felucca.api.rbac;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbacTest {
    private static final String RULES =
            "\"rules\":[{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"pods\"]}]";
    private static final String BINDING =
            "\"roleRef\":{\"kind\":\"ClusterRole\",\"name\":\"view\"},"
                    + "\"subjects\":[{\"kind\":\"User\",\"name\":\"me\"}]";

    private static ResourceFixture of(String kind) {
        return ResourceFixture.of(new RbacGroup(), kind);
    }

    private static String manifest(String kind) {
        return "{\"metadata\":{\"name\":\"system:a\"},"
                + (kind.endsWith("Binding") ? BINDING : RULES)
                + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    Role | /rules/0/verbs | [] | rules[0].verbs: Required value: verbs must contain at least one value
                    Role | /rules/0/apiGroups | [] | rules[0].apiGroups: Required value: resource rules must supply at least one api group
                    Role | /rules/0/resources | [] | rules[0].resources: Required value: resource rules must supply at least one resource
                    Role | /rules/0 | {"verbs":["get"],"nonResourceURLs":["/x"]} | rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs
                    ClusterRole | /rules/0/nonResourceURLs | ["/x"] | rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs
                    ClusterRole | /aggregationRule | {} | aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil
                    RoleBinding | /roleRef/kind | "X" | roleRef.kind: Unsupported value: "X": supported values: "Role", "ClusterRole"
                    ClusterRoleBinding | /roleRef/kind | "Role" | roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"
                    RoleBinding | /roleRef/name | "" | roleRef.name: Required value
                    RoleBinding | /roleRef/apiGroup | "x" | roleRef.apiGroup: Unsupported value: "x": supported values: "rbac.authorization.k8s.io"
                    RoleBinding | /subjects/0/kind | "X" | subjects[0].kind: Unsupported value: "X": supported values: "Group", "ServiceAccount", "User"
                    ClusterRoleBinding | /subjects/0/kind | "ServiceAccount" | subjects[0].namespace: Required value
                    RoleBinding | /subjects/0 | {"kind":"ServiceAccount","name":"a","apiGroup":"x"} | subjects[0].apiGroup: Unsupported value: "x": supported values: ""
                    """)
    void aBrokenRuleIsNamedWithItsPath(String kind, String pointer, String value, String message) {
        of(kind).create(manifest(kind));
        assertEquals(List.of(message), of(kind).problems(manifest(kind), pointer, value));
    }

    @Test
    void usersAndGroupsBelongToThisGroupUnlessTheySay() {
        ObjectNode binding = of("RoleBinding").create(manifest("RoleBinding"));
        assertEquals("rbac.authorization.k8s.io", binding.at("/subjects/0/apiGroup").asText());
        assertEquals("rbac.authorization.k8s.io", binding.at("/roleRef/apiGroup").asText());
        assertEquals(
                List.of("ClusterRole/view", "AGE", "me", "", ""),
                of("RoleBinding").wideCells(binding));
    }

    @Test
    void theRoleOfABindingCanNotChange() {
        ResourceFixture bindings = of("RoleBinding");
        assertEquals(
                List.of(
                        "roleRef: Invalid value:"
                            + " {\"kind\":\"ClusterRole\",\"name\":\"edit\",\"apiGroup\":\"rbac.authorization.k8s.io\"}:"
                            + " cannot change roleRef"),
                bindings.updateProblems(
                        bindings.create(manifest("RoleBinding")), "/roleRef/name", "\"edit\""));
    }
}
